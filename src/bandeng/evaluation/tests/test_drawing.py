"""Pictures of scores: axes that can be read."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from bandeng.evaluation.selectors.drawing import round_ticks


@given(most=st.floats(min_value=1e-3, max_value=1e6))
@example(most=3.0 * math.nextafter(10.0, 0.0))
@example(most=3.0 * math.nextafter(1e5, 0.0))
def test_an_axis_has_few_round_ticks_within_it(most: float) -> None:
    ticks = round_ticks(most)
    assert 3 <= len(ticks) <= 7 and ticks[-1] <= most * (1 + 1e-9)
    assert f"{ticks[0]:e}"[0] in "125" and len({round(each / ticks[0], 6) for each in ticks}) == len(ticks)
