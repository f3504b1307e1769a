"""Events become issues: what was sent (event), which issue it belongs to, and what that issue's state is."""
