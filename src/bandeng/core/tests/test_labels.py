"""Words of clocks and drawings of states."""

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from bandeng.core import labels

DAY = 480


def face(left: int, total: int = 960) -> labels.ClockFace:
    return labels.clock_face(left=left, total=total, minutes_a_day=DAY)


def test_duration_words_give_two_units_at_most() -> None:
    with override("zh-hans"):
        assert labels.duration_words(minutes=DAY + 185, minutes_a_day=DAY) == "1 天 3 小时"
        assert labels.duration_words(minutes=125, minutes_a_day=DAY) == "2 小时 5 分"
        assert labels.duration_words(minutes=40, minutes_a_day=DAY) == "40 分"
        assert labels.duration_words(minutes=0, minutes_a_day=DAY) == "0 分"
    with override("en"):
        assert labels.duration_words(minutes=DAY + 60, minutes_a_day=DAY) == "1 day 1 hour"


def test_clock_face_turns_bold_in_the_last_four_hours_and_late_after_them() -> None:
    assert face(241).kind == "running"
    assert face(240).kind == "soon"
    assert face(0).kind == "soon"
    with override("zh-hans"):
        assert face(-300) == labels.ClockFace(kind="over", text="超 5 小时", share=100)


def test_clock_face_paused_says_why() -> None:
    with override("zh-hans"):
        paused = labels.clock_face(left=-5, total=960, minutes_a_day=DAY, paused="等检测报告")
    assert (paused.kind, paused.text) == ("paused", "已暂停 等检测报告")


@given(left=st.integers(-100_000, 100_000), total=st.integers(0, 100_000))
def test_clock_face_share_stays_a_share_while_time_is_left(left: int, total: int) -> None:
    shown = face(min(left, total), total)
    assert 0 <= shown.share <= 100


def test_disc_of_an_unknown_step_is_the_dot() -> None:
    assert labels.disc_of("closed") == "full"
    assert labels.disc_of("half") == "half"
    assert labels.disc_of("something new") == "dot"
