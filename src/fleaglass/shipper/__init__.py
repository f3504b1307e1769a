"""From the journals to the backends: a process beside the agent reads what was recorded, and sends it on."""

__all__: list[str] = []
