"""The endpoint profiles there are."""

from fleaglass.venue.profiles.guide import GUIDE

__all__ = ["GUIDE"]
