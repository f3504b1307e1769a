"""Releases, their deploys and their commits."""
