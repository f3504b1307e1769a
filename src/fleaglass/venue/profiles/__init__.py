"""The endpoint profiles there are.

``GUIDE``   what the two integration guides document, completed in their style; one host, one key
``LIVE``    what the services' published code does; six hosts, a key each
"""

from fleaglass.venue.profiles.guide import GUIDE
from fleaglass.venue.profiles.live import LIVE

__all__ = ["GUIDE", "LIVE"]
