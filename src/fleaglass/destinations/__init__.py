"""Where telemetry can go: what is known of each backend, and what the settings make of it.

::

    settings ──▶ places() ──▶ Place ──┬──▶ a journal's route        (recorder)
                   ▲                  └──▶ what is to be checked    (fleaglass doctor)
                PRESETS

It costs an agent next to nothing, and knows nothing of the network.
"""

from fleaglass.destinations.address import server_of
from fleaglass.destinations.dsn import HUB_ONLY, Dsn
from fleaglass.destinations.place import Place, places, plain
from fleaglass.destinations.presets import PRESETS, Preset

__all__ = ["HUB_ONLY", "PRESETS", "Dsn", "Place", "Preset", "places", "plain", "server_of"]
