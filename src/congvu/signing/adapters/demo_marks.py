"""Invented marks for the demonstration: a blue handwriting-like stroke and a red round seal.

They only have to look plausible on the page and to be of the prescribed kind: transparent PNG,
blue for a person, red for an agency (ND30.PL1.I.II.7.d, II.8.a). The seal says "TRÌNH DIỄN".
"""

from __future__ import annotations

import io
import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from congvu.kit.folding import fold
from congvu.kit.typeset import FONT_FILES, font_folder

BOLD = FONT_FILES[1]
BLUE = (26, 63, 166)
RED = (214, 25, 32)
SIGNATURE_SIZE = (420, 168)
SEAL_SIZE = 400
_OVER = 3  # drawn larger, then reduced: smooth edges
_Point = tuple[float, float]


class DemoMarks:
    """The MarkArtist of the demonstration; seals are lettered in the print font."""

    def signature(self, name: str) -> bytes:
        """A blue transparent PNG, the same for the same name."""
        return signature_mark(name)

    def seal(self, agency_name: str) -> bytes:
        """A red transparent PNG that says it is for demonstration."""
        return seal_mark(agency_name, font_folder())


def signature_mark(name: str) -> bytes:
    """A transparent PNG with a stroke that is always the same for the same name."""
    chance = random.Random(fold(name))  # noqa: S311  a drawing, not a secret
    width, height = SIGNATURE_SIZE[0] * _OVER, SIGNATURE_SIZE[1] * _OVER
    shape = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(shape)
    _stroke(pen, _letters(chance, width, height), 3.2 * _OVER)
    _stroke(pen, _flourish(chance, width, height), 2.4 * _OVER)
    return _png(shape.resize(SIGNATURE_SIZE, Image.Resampling.LANCZOS), BLUE)


def _letters(chance: random.Random, width: int, height: int) -> list[_Point]:
    """A tall first loop, then smaller and smaller waves to the right."""
    x, middle = width * 0.12, height * 0.52
    knots: list[_Point] = [
        (x, middle + height * 0.20),
        (x + width * 0.05, height * chance.uniform(0.08, 0.16)),
        (x + width * 0.11, middle + height * chance.uniform(0.18, 0.26)),
        (x - width * 0.02, middle - height * chance.uniform(0.02, 0.10)),
    ]
    x += width * 0.16
    waves = chance.randint(5, 7)
    for wave in range(waves):
        reach = height * chance.uniform(0.10, 0.24) * (1 - 0.55 * wave / waves)
        knots.append((x, middle - reach))
        knots.append((x + width * 0.035, middle + reach * chance.uniform(0.5, 1.0)))
        x += width * chance.uniform(0.06, 0.09)
    knots.append((width * 0.90, middle - height * chance.uniform(0.05, 0.22)))
    return knots


def _flourish(chance: random.Random, width: int, height: int) -> list[_Point]:
    """The line drawn back under the name."""
    low = height * chance.uniform(0.74, 0.82)
    return [
        (width * 0.90, height * 0.45),
        (width * 0.72, low),
        (width * 0.20, low + height * chance.uniform(-0.04, 0.06)),
        (width * 0.34, low - height * 0.09),
        (width * 0.82, low - height * 0.03),
    ]


def _stroke(pen: ImageDraw.ImageDraw, knots: list[_Point], thickness: float) -> None:
    points = _smooth(knots)
    for index, (x, y) in enumerate(points):
        swell = 0.65 + 0.35 * math.sin(index / 37.0)
        half = thickness * swell / 2
        pen.ellipse((x - half, y - half, x + half, y + half), fill=255)


def _smooth(knots: list[_Point]) -> list[_Point]:
    """A Catmull-Rom curve through the knots, dense enough to look like one line."""
    ends = [knots[0], *knots, knots[-1]]
    points = []
    for before, start, stop, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        steps = max(20, int(math.dist(start, stop) / 1.5))
        for step in range(steps):
            t = step / steps
            points.append(
                (
                    _between(before[0], start[0], stop[0], after[0], t),
                    _between(before[1], start[1], stop[1], after[1], t),
                )
            )
    return points


def _between(before: float, start: float, stop: float, after: float, t: float) -> float:
    return 0.5 * (
        2 * start
        + (stop - before) * t
        + (2 * before - 5 * start + 4 * stop - after) * t**2
        + (3 * start - before - 3 * stop + after) * t**3
    )


def seal_mark(agency_name: str, fonts: Path) -> bytes:
    """A transparent PNG of a round seal: rim, the agency's name, a star, "TRÌNH DIỄN"."""
    size = SEAL_SIZE * _OVER
    shape = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(shape)
    for inset, line in ((0.012, 0.014), (0.045, 0.006), (0.235, 0.006)):
        edge = size * inset
        pen.ellipse((edge, edge, size - edge, size - edge), outline=255, width=int(size * line))
    _rim_text(shape, agency_name.upper(), fonts / "Tinos-Bold.ttf")
    _star(pen, size / 2, size * 0.44, size * 0.13)
    font = ImageFont.truetype(str(fonts / "Tinos-Bold.ttf"), int(size * 0.062))
    pen.text((size / 2, size * 0.645), "TRÌNH DIỄN", font=font, fill=255, anchor="mm")
    return _png(shape.resize((SEAL_SIZE, SEAL_SIZE), Image.Resampling.LANCZOS), RED)


def _rim_text(shape: Image.Image, text: str, font_file: Path) -> None:
    size = shape.width
    radius = size * 0.365
    most = math.radians(300)
    height = size * 0.105
    font = ImageFont.truetype(str(font_file), int(height))
    while (length := font.getlength(text)) / radius > most and height > size * 0.03:
        height *= 0.94
        font = ImageFont.truetype(str(font_file), int(height))
    angle = -length / radius / 2
    for letter in text:
        wide = font.getlength(letter)
        turn = angle + wide / radius / 2
        tile = Image.new("L", (int(height * 2.2), int(height * 2.2)), 0)
        ImageDraw.Draw(tile).text(
            (tile.width / 2, tile.height / 2), letter, font=font, fill=255, anchor="mm"
        )
        tile = tile.rotate(-math.degrees(turn), Image.Resampling.BICUBIC)
        x = size / 2 + radius * math.sin(turn) - tile.width / 2
        y = size / 2 - radius * math.cos(turn) - tile.height / 2
        shape.paste(255, (round(x), round(y)), tile)
        angle += wide / radius


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, reach: float) -> None:
    corners = []
    for corner in range(10):
        distance = reach if corner % 2 == 0 else reach * 0.382
        turn = math.radians(36 * corner - 90)
        corners.append((x + distance * math.cos(turn), y + distance * math.sin(turn)))
    pen.polygon(corners, fill=255)


def _png(alpha: Image.Image, colour: tuple[int, int, int]) -> bytes:
    # Sixteen steps of alpha are enough for smooth edges and halve the file.
    alpha = alpha.point(lambda level: min(255, (level // 16) * 17))
    image = Image.new("RGBA", alpha.size, (*colour, 0))
    image.putalpha(alpha)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
