"""Where the 1280x720 screen lies on a room's page."""

from playwright.sync_api import Page


def scale(page: Page) -> float:
    """Pixels of the page for one of the screen."""
    return _place(page)[2]


def at(page: Page, x: int, y: int) -> tuple[float, float]:
    """The point of the page under which the middle of the screen's pixel (x, y) lies."""
    left, top, by = _place(page)
    return left + (x + 0.5) * by, top + (y + 0.5) * by


def _place(page: Page) -> tuple[float, float, float]:
    box = page.locator("#stage-video").bounding_box()
    assert box is not None
    by = min(box["width"] / 1280, box["height"] / 720)
    return box["x"] + (box["width"] - 1280 * by) / 2, box["y"] + (box["height"] - 720 * by) / 2, by
