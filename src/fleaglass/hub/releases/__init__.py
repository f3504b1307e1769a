"""Releases, their deploys and their commits: what was running when, and which of two versions is the later one."""
