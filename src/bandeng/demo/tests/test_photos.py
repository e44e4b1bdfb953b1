"""The drawn pictures are small, valid and the same for the same seed."""

import io

from PIL import Image

from bandeng.demo.photos import SIZE, photos_draw


def test_pictures_are_small_jpegs() -> None:
    drawings = photos_draw(count=12, seed=1)
    for drawing in drawings:
        with Image.open(io.BytesIO(drawing.content)) as image:
            assert (image.format, image.size) == ("JPEG", SIZE)
        assert len(drawing.content) < 60_000
    assert len({drawing.content for drawing in drawings}) == 12
    assert photos_draw(count=12, seed=1) == drawings
