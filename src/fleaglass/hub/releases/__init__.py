"""Releases as the hub knows them: what a release's name says, and which of two came first."""
