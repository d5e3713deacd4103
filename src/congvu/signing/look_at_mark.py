"""Look at the image of a signature or a seal inside the sandbox: foreign bytes, foreign decoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError

LEAST_PX, MOST_PX = 100, 2000
_SEEN = 128  # alpha from which a pixel counts as drawn


def look(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Width, height and mean colour of what is drawn; None when it is not what the law asks for.

    Nothing is decoded before its size is known.
    """
    try:
        opened = Image.open(file, formats=["PNG"])
        if not all(LEAST_PX <= side <= MOST_PX for side in opened.size):
            return None
        image = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    lowest, highest = image.getchannel("A").getextrema()
    if lowest != 0 or not isinstance(highest, int) or highest < _SEEN:
        return None
    return {"width": image.width, "height": image.height, "colour": _drawn_colour(image)}


def _drawn_colour(image: Image.Image) -> tuple[float, float, float]:
    """The mean colour of the drawn pixels."""
    drawn = image.getchannel("A").point(lambda level: 255 if level >= _SEEN else 0)
    histogram = image.convert("RGB").histogram(drawn)
    means = []
    for channel in range(3):
        counts = histogram[channel * 256 : (channel + 1) * 256]
        total = sum(counts) or 1
        means.append(sum(level * count for level, count in enumerate(counts)) / total)
    return means[0], means[1], means[2]
