"""Events become issues: what was sent (event), which issue it belongs to (placing), and what that issue's state is.

keeper                    takes events: placing, figures, counting, transitions
actions, merging          what people do; activity is what they and the hub did
housekeeping              what time does
grouping, regression, …   the rules, pure
stored                    an event as a row of the store
"""
