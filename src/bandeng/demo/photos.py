"""A handful of small drawn pictures for the demo: no photograph, no place, no person."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

SIZE = (640, 480)
HORIZON = 300
SKIES = ("#cfd8dc", "#d7ccc8", "#b0bec5", "#c5cae9", "#dcedc8", "#ffe0b2")
QUALITY = 72
Motif = Callable[[ImageDraw.ImageDraw, bool, Random], None]


@dataclass(frozen=True)
class Drawing:
    """A JPEG with its measures."""

    content: bytes
    width: int
    height: int


def photos_draw(*, count: int, seed: int) -> list[Drawing]:
    """So many street scenes, each with one thing amiss; every second one shows the place put right."""
    random = Random(f"photos {seed}")  # noqa: S311 (a demo, not a secret)
    motifs = (_lamp, _hole, _refuse, _puddle, _crane, _car)
    return [
        _scene(motif=motifs[number // 2 % len(motifs)], mended=number % 2 == 1, random=random)
        for number in range(count)
    ]


def _scene(*, motif: Motif, mended: bool, random: Random) -> Drawing:
    image = Image.new("RGB", SIZE, random.choice(SKIES))
    pen = ImageDraw.Draw(image)
    _houses(pen, random)
    pen.rectangle((0, HORIZON, *SIZE), fill="#78909c")
    pen.rectangle((0, HORIZON, SIZE[0], HORIZON + 34), fill="#b0a99f")
    for left in range(-40, SIZE[0], 110):
        pen.rectangle((left, 392, left + 60, 398), fill="#eceff1")
    motif(pen, mended, random)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=QUALITY)
    return Drawing(content=stream.getvalue(), width=SIZE[0], height=SIZE[1])


def _houses(pen: ImageDraw.ImageDraw, random: Random) -> None:
    left = -30
    while left < SIZE[0]:
        width, top = random.randint(80, 150), random.randint(60, 200)
        shade = random.randint(120, 200)
        pen.rectangle((left, top, left + width, HORIZON), fill=(shade, shade - 8, shade - 20))
        for x in range(left + 12, left + width - 14, 26):
            for y in range(top + 14, HORIZON - 24, 34):
                pen.rectangle((x, y, x + 12, y + 18), fill="#eceff1" if random.random() < 0.7 else "#ffe082")
        left += width + random.randint(0, 24)


def _lamp(pen: ImageDraw.ImageDraw, mended: bool, random: Random) -> None:
    x = random.randint(200, 420)
    pen.rectangle((x, 90, x + 8, 330), fill="#37474f")
    pen.rectangle((x, 90, x + 70, 97), fill="#37474f")
    if mended:
        pen.polygon([(x + 44, 104), (x + 76, 104), (x + 130, 330), (x - 10, 330)], fill="#fff59d")
    pen.ellipse((x + 44, 92, x + 76, 110), fill="#fff176" if mended else "#263238")


def _hole(pen: ImageDraw.ImageDraw, mended: bool, random: Random) -> None:
    x, y = random.randint(160, 380), random.randint(400, 430)
    pen.ellipse((x, y, x + 150, y + 46), fill="#5f7784" if mended else "#263238")
    if not mended:
        pen.polygon([(x + 172, y + 40), (x + 190, y - 30), (x + 208, y + 40)], fill="#ef6c00")


def _refuse(pen: ImageDraw.ImageDraw, mended: bool, random: Random) -> None:
    x = random.randint(120, 400)
    for number in range(3):
        pen.rectangle(
            (x + number * 56, 290, x + number * 56 + 44, 358), fill=("#2e7d32", "#1565c0", "#616161")[number]
        )
    for _ in range(0 if mended else 40):
        left, top = x + random.randint(-50, 200), random.randint(330, 372)
        pen.ellipse(
            (left, top, left + random.randint(10, 34), top + 18),
            fill=random.choice(("#212121", "#6d4c41", "#9e9d24")),
        )


def _puddle(pen: ImageDraw.ImageDraw, mended: bool, random: Random) -> None:
    x = random.randint(40, 160)
    if mended:
        pen.rectangle((x + 200, 352, x + 260, 366), fill="#37474f")
        return
    pen.ellipse((x, 360, x + 420, 470), fill="#4f6d7a")
    for ring in range(3):
        pen.arc((x + 90 + ring * 60, 392, x + 190 + ring * 60, 430), 0, 360, fill="#90a4ae", width=2)


def _crane(pen: ImageDraw.ImageDraw, mended: bool, random: Random) -> None:
    x = random.randint(180, 380)
    pen.rectangle((x, 40, x + 12, HORIZON), fill="#f9a825")
    pen.rectangle((x - 140, 52, x + 180, 60), fill="#f9a825")
    pen.rectangle((0, 250, SIZE[0], HORIZON + 10), fill="#33691e" if mended else "#8d6e63")
    for _ in range(0 if mended else 60):
        left, top = random.randint(0, SIZE[0]), random.randint(170, 300)
        pen.ellipse((left, top, left + 26, top + 14), fill="#bcaaa4")


def _car(pen: ImageDraw.ImageDraw, mended: bool, random: Random) -> None:
    x = random.randint(100, 300)
    pen.rectangle((x - 20, 318, x + 260, 336), fill="#c62828")
    if mended:
        return
    pen.rounded_rectangle((x, 300, x + 220, 350), 16, fill=random.choice(("#eceff1", "#455a64", "#5d4037")))
    pen.rounded_rectangle((x + 46, 264, x + 176, 306), 14, fill="#90a4ae")
    for wheel in (x + 40, x + 160):
        pen.ellipse((wheel, 336, wheel + 34, 370), fill="#212121")
