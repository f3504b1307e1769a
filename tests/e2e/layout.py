"""What a person would find wrong with the layout of a page, measured in a browser: what overlaps, is cut, scrolls."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

__all__ = ["flaws"]

_MEASURE = Path(__file__).with_suffix(".js").read_text()


def flaws(page: Page, width: int) -> list[str]:
    """What is wrong with the page at this window width, in words; nothing when all is well."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": width, "height": size["height"]})
    found: list[str] = page.evaluate(_MEASURE)
    return [f"{width} px: {flaw}" for flaw in found]
