"""bench.text: how alike two pictures are."""

import pytest

from bench.text import compare, picture

GREY = bytes((90, 90, 90, 0)) * (64 * 48)


def test_a_picture_is_like_itself() -> None:
    """Fully."""
    one, other = (picture(GREY, 64, 48, name) for name in ("rgba", "bgr0"))
    assert compare(one, other) == (1.0, 100.0)


def test_a_difference_is_seen() -> None:
    """A little darker: less than one, and a PSNR that can be told beforehand."""
    darker = bytes((80, 80, 80, 0)) * (64 * 48)
    ssim, psnr = compare(picture(GREY, 64, 48, "rgba"), picture(darker, 64, 48, "rgba"))
    assert 0.9 < ssim < 1
    assert psnr == pytest.approx(30, abs=3)
