"""What is written on the areas of a picture."""

import pytest

from bandeng.areas.drawing import Frame
from bandeng.risk.selectors.shapes import Cell, Picture


def picture_of(widths: dict[str, float]) -> Picture:
    cells = tuple(Cell(code=code, path="", x=500.0, y=0.0, width=width) for code, width in widths.items())
    return Picture(frame=Frame(west=0.0, north=0.0, squeeze=1.0, scale=1.0, height=100.0), cells=cells)


@pytest.mark.parametrize(
    ("names", "widths", "expected"),
    [
        (["Oak Street", "Elm Street"], [200.0, 200.0], ["Oak Street", "Elm Street"]),
        (["Oak Street", "Elm Street"], [200.0, 60.0], ["Oak", "Elm"]),
        (["Oak Street", "Elm Street"], [200.0, 20.0], ["Oak", ""]),
        (["Oak community 8", "Oak community 13"], [900.0, 100.0], ["8", "13"]),
        (["Oak Street"], [20.0], [""]),
        (["Oak Street"], [200.0], ["Oak Street"]),
        (["园苑社区", "桂香社区"], [200.0, 80.0], ["园苑社区", ""]),
        ([], [], []),
    ],
)
def test_names_are_whole_where_all_find_room_else_without_what_all_share(
    names: list[str], widths: list[float], expected: list[str]
) -> None:
    codes = [str(place) for place in range(len(names))]
    picture = picture_of(dict(zip(codes, widths, strict=True)))
    found = picture.labels(dict(zip(codes, names, strict=True)), size=20.0)
    assert found == dict(zip(codes, expected, strict=True))


def test_no_label_lies_upon_another() -> None:
    cells = tuple(
        Cell(code=code, path="", x=x, y=y, width=width)
        for code, x, y, width in (("a", 100.0, 0.0, 90.0), ("b", 150.0, 5.0, 95.0), ("c", 400.0, 0.0, 80.0))
    )
    picture = Picture(frame=picture_of({}).frame, cells=cells)
    labels = {"a": "园苑社区", "b": "桂香社区", "c": "丰和社区"}
    assert picture.spaced(labels, size=20.0) == {"a": "", "b": "桂香社区", "c": "丰和社区"}
