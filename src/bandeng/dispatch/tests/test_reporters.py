"""What reporters do by number and secret."""

from collections.abc import Iterator
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.dispatch.models import Notice
from bandeng.dispatch.selectors import NotVisible, Refusal, tracked
from bandeng.dispatch.services import ending, handling, reporters, verifying
from bandeng.dispatch.tests.stories import Stage, actor_of, audited, fresh, later, refused
from bandeng.matters.rules import Channel
from bandeng.matters.services.opening import Opened
from bandeng.matters.tests.factories import MORNING
from bandeng.people.services import ContactDetails

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def closed(stage: Stage) -> Opened:
    opened = stage.opened()
    lead = stage.handler("city_management")
    given: dict[str, Any] = {"matter_id": opened.matter.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_start(**given)
    handling.matter_note(text="内部情况", **given)
    handling.matter_handled(result="灯泡已更换", **given)
    verifying.matter_close(matter_id=opened.matter.pk, actor=actor_of(stage.centre), scope=stage.centre)
    return opened


def keys(opened: Opened) -> dict[str, Any]:
    return {"number": opened.matter.number, "secret": opened.secret}


def test_tracked_shows_the_public_story_only(stage: Stage) -> None:
    opened = closed(stage)
    seen = tracked(number=opened.matter.number.replace("-", " ").lower(), secret=f" {opened.secret.lower()} ")
    assert [step.kind for step in seen.steps] == ["opened", "dispatched", "started", "closed"]
    assert not any("王芳" in repr(step) for step in seen.steps)
    assert seen.may_rate and seen.may_reopen and not seen.may_remark


@pytest.mark.parametrize(
    ("number", "secret"), [("SJ-0000-0001-7", "WRONG"), ("nonsense", "X"), ("", ""), ("SJ-0000-0001-7", "")]
)
def test_tracked_tells_nothing_to_others(stage: Stage, number: str, secret: str) -> None:
    stage.opened()
    with pytest.raises(NotVisible):
        tracked(number=number, secret=secret)


def test_matter_join_gives_an_own_secret(stage: Stage) -> None:
    opened = stage.opened()
    joined = reporters.matter_join(
        matter_id=opened.matter.pk,
        channel=Channel.RESIDENT,
        text="我家门前也是",
        contact=ContactDetails(phone="13800000000"),
    )
    assert joined.secret != opened.secret
    assert fresh(opened.matter).report_count == 2
    assert tracked(number=opened.matter.number, secret=joined.secret).report.pk == joined.report.pk
    refused(Refusal.OTHERS_REPORTED, reporters.matter_withdraw_by_reporter, reason="不用了", **keys(opened))
    refused(Refusal.STATE, reporters.matter_join, matter_id=closed(stage).matter.pk, channel=Channel.PHONE)


def test_matter_vote_counts(stage: Stage) -> None:
    matter = stage.opened().matter
    reporters.matter_vote(matter_id=matter.pk, support=True)
    reporters.matter_vote(matter_id=matter.pk, support=False)
    assert (fresh(matter).support, fresh(matter).against) == (1, 1)


def test_remark_is_for_its_reporter_and_staff(stage: Stage) -> None:
    opened = stage.opened()
    joined = reporters.matter_join(matter_id=opened.matter.pk, channel=Channel.RESIDENT)
    reporters.remark_add(text="昨晚又灭了", **keys(opened))
    notice = Notice.objects.get(kind="remarked")
    assert notice.organisation.code == "city_management"
    assert "昨晚又灭了" in [step.note for step in tracked(**keys(opened)).steps]
    assert "昨晚又灭了" not in [
        step.note for step in tracked(number=opened.matter.number, secret=joined.secret).steps
    ]
    refused(Refusal.REASON, reporters.remark_add, text=" \x00", **keys(opened))
    with pytest.raises(NotVisible):
        reporters.remark_add(number=opened.matter.number, secret="WRONGSECRET", text="假冒")


def test_report_rate_and_change_it_within_the_period(stage: Stage) -> None:
    opened = closed(stage)
    reporters.report_rate(rating=2, text="慢", **keys(opened))
    with later(days=29):
        reporters.report_rate(rating=5, **keys(opened))
    assert fresh(opened.matter).satisfaction == 5
    audited("matter.rated", opened.matter.pk)
    with later(days=32):
        refused(Refusal.RATING_OVER, reporters.report_rate, rating=1, **keys(opened))
    refused(Refusal.RATING, reporters.report_rate, rating=6, **keys(opened))
    refused(Refusal.RATING, reporters.report_rate, rating=3, **keys(stage.opened()))


def test_matter_reopen_reaches_the_lead_with_a_new_clock(stage: Stage) -> None:
    opened = closed(stage)
    with later(days=15, hours=5) as moment:
        reporters.matter_reopen_by_reporter(reason="又不亮了", **keys(opened))
        kept = fresh(opened.matter)
        assert (kept.state, kept.reopen_count, kept.clock_from) == ("dispatched", 1, moment)
        assert kept.due_at is not None and kept.due_at > moment and kept.closed_at is None
        assert Notice.objects.get(kind="reopened").organisation.code == "city_management"
        refused(Refusal.STATE, reporters.matter_reopen_by_reporter, reason="又不亮了", **keys(opened))


def test_matter_reopen_refused_after_the_period(stage: Stage) -> None:
    opened = closed(stage)
    refused(Refusal.REASON, reporters.matter_reopen_by_reporter, reason="", **keys(opened))
    with later(days=16):
        refused(Refusal.REOPEN_OVER, reporters.matter_reopen_by_reporter, reason="又不亮了", **keys(opened))


def test_matter_reopen_after_rejection_goes_to_the_dispatcher(stage: Stage) -> None:
    opened = stage.waiting()
    ending.matter_reject(
        matter_id=opened.matter.pk, reason="不属受理范围", actor=actor_of(stage.centre), scope=stage.centre
    )
    assert tracked(**keys(opened)).may_reopen
    reporters.matter_reopen_by_reporter(reason="补充材料", **keys(opened))
    assert fresh(opened.matter).state == "received"
    assert Notice.objects.filter(kind="reopened").count() == 1


def test_matter_withdraw_by_its_reporter(stage: Stage) -> None:
    opened = stage.opened()
    reporters.matter_withdraw_by_reporter(reason="自己修好了", **keys(opened))
    assert fresh(opened.matter).state == "withdrawn"
    assert audited("matter.withdrawn", opened.matter.pk).actor == "resident"
    refused(Refusal.STATE, reporters.matter_withdraw_by_reporter, reason="自己修好了", **keys(opened))
