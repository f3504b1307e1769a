"""Judging: what rules say of the spans that are shown to them. Pure: the hub, replays and tests drive it alike."""
