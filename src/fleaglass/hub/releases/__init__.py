"""Releases: what their names say and how they are ordered, their deploys and their commits."""
