"""Who sees what: one's own score entirely, one's area's as a supervisor, nobody else's."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import ForeignKey
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bandeng.accounts.models import User
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.evaluation import models
from bandeng.evaluation.models import Evaluation, Objection, Rating, Score, StaffingPlan
from bandeng.evaluation.rules import Kind, Relation
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.audits import audit_draw
from bandeng.evaluation.services.ratings import rating_give, ratings_invite
from bandeng.evaluation.services.staffing import plan_change, plan_propose
from bandeng.evaluation.tests.district import MONTH, NOW, District, offices
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE
from bandeng.organisations.waiting import waiting_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
ANSWERS = {
    "fairness": 4,
    "honesty": 4,
    "responsibility": 3,
    "judgement": 4,
    "cooperation": 5,
    "explaining": 4,
}


def page_of(score: Score, tail: str = "") -> str:
    return f"/evaluation/scores/{score.pk}/{tail}"


def score_of(row: Evaluation, world: District, place: int = 0) -> Score:
    return Score.objects.get(evaluation=row, post=world.posts[place])


def client_of(world: District, place: int = 0) -> Client:
    return signed_in(world.scope(place))


def test_one_sees_every_point_of_ones_own_score(world: District, opened: Evaluation) -> None:
    score = score_of(opened, world)
    page = client_of(world).get(page_of(score))
    assert page.status_code == 200
    text = page.content.decode()
    for points in score.working["points"]:
        assert f"{points:.2f} of" in text
    assert "Nobody has signed it" in text
    assert client_of(world).get(page_of(score, "serving_residents/")).status_code == 200
    assert client_of(world).get("/evaluation/mine/").status_code == 200


@pytest.mark.parametrize("tail", ["", "serving_residents/", "serving_residents/object"])
def test_anothers_score_is_not_there(world: District, opened: Evaluation, tail: str) -> None:
    assert client_of(world, 1).get(page_of(score_of(opened, world), tail)).status_code == 404


def test_supervisor_of_another_area_and_of_a_department_see_nothing(
    world: District, opened: Evaluation
) -> None:
    score = score_of(opened, world)
    street = score.area_code[:9]
    other = next(
        code
        for code in world.stage.house.organisations
        if len(code) == 9 and code.isdigit() and code != street
    )
    for code, status in ((street, 200), (other, 404), ("police", 404)):
        client = signed_in(world.stage.scope(code, Duty.SUPERVISE, Duty.HANDLE))
        assert client.get(page_of(score)).status_code == status
    listed = signed_in(world.stage.scope(other, Duty.SUPERVISE)).get(f"/evaluation/{opened.pk}/")
    assert page_of(score) not in listed.content.decode()


def test_a_supervisor_cannot_object_for_somebody(world: District, opened: Evaluation) -> None:
    score = score_of(opened, world)
    client = signed_in(world.manager)
    address = page_of(score, "serving_residents/object")
    assert client.post(address, {"text": "替他说"}).status_code == 404
    assert not Objection.objects.exists()


def test_an_unopened_draft_is_for_those_who_prepare_it(world: District) -> None:
    row = services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor=world.manager.actor)
    score = score_of(row, world)
    assert client_of(world).get(page_of(score)).status_code == 404
    assert signed_in(world.manager).get(page_of(score)).status_code == 200
    street = signed_in(world.stage.scope(score.area_code[:9], Duty.SUPERVISE))
    assert street.get(f"/evaluation/{row.pk}/").status_code == 404


def test_acts_are_for_the_centre(world: District, opened: Evaluation) -> None:
    street = signed_in(world.stage.scope(score_of(opened, world).area_code[:9], Duty.SUPERVISE))
    for address in ("draft", f"{opened.pk}/do/close", f"{opened.pk}/do/publish", f"{opened.pk}/sign"):
        assert street.post(f"/evaluation/{address}", {}).status_code == 403
    assert client_of(world).post(f"/evaluation/{opened.pk}/sign", {}).status_code == 403
    for address in ("comments/", "staffing/"):
        assert street.get(f"/evaluation/{address}").status_code == 403
    assert Evaluation.objects.get(pk=opened.pk).state == "objecting"


def test_own_objection_goes_in_and_is_answered(world: District, opened: Evaluation) -> None:
    score = score_of(opened, world)
    answer = client_of(world).post(page_of(score, "serving_residents/object"), {"text": "当时停电"})
    assert answer.status_code == 302
    row = Objection.objects.get()
    assert b"Objection" in signed_in(world.manager).get("/evaluation/objections/").content
    address = f"/evaluation/objections/{row.pk}/"
    assert signed_in(world.manager).get(address).status_code == 200
    signed_in(world.manager).post(address, {"upheld": "no", "answer": "无停电记录"})
    assert Objection.objects.get().state == "refused"
    assert "无停电记录" in client_of(world).get(page_of(score)).content.decode()


def test_board_is_in_the_order_of_places_and_names_no_rank(world: District, opened: Evaluation) -> None:
    page = signed_in(world.manager).get(f"/evaluation/{opened.pk}/")
    assert page.status_code == 200
    lines = page.context["lines"]
    units = {line.id: line for line in lines}
    ordered = list(Score.objects.filter(evaluation=opened).order_by("area_code", "unit"))
    assert [score.pk for score in ordered] == list(units)
    assert b"Funnel plot" in page.content


def test_export_is_told_before_it_leaves(world: District, opened: Evaluation) -> None:
    client = signed_in(world.manager)
    for form in ("csv", "xlsx"):
        answer = client.get(f"/evaluation/{opened.pk}/export.{form}")
        assert len(b"".join(answer.streaming_content)) > 100  # type: ignore[attr-defined]
    assert AuditEntry.objects.filter(action="evaluation.exported").count() == 2
    assert client.get(f"/evaluation/{opened.pk}/export.doc").status_code == 404
    assert client_of(world).get(f"/evaluation/{opened.pk}/export.csv").status_code == 403


def forms_sent(world: District, count: int) -> list[Rating]:
    rated = world.posts[0]
    raters = world.posts[1 : 1 + count]
    ratings_invite(
        month=MONTH, invitations=[(rated.pk, each.pk, Relation.PEER) for each in raters], actor="user:1"
    )
    return list(Rating.objects.order_by("id"))


def test_form_is_filled_by_whoever_is_asked_and_nobody_else(world: District) -> None:
    (row,) = forms_sent(world, 1)
    address = f"/evaluation/forms/{row.pk}/"
    assert client_of(world, 2).get(address).status_code == 404
    assert client_of(world, 0).post(address, ANSWERS).status_code == 404
    assert client_of(world, 1).get(address).status_code == 200
    assert client_of(world, 1).post(address, ANSWERS | {"honesty": 9}).status_code == 422
    assert client_of(world, 1).post(address, ANSWERS | {"comment": "踏实"}).status_code == 302
    assert Rating.objects.get().answers == ANSWERS
    again = client_of(world, 1).post(address, ANSWERS | {"honesty": 1})
    assert again.status_code == 422
    assert Rating.objects.get().answers == ANSWERS
    assert b'name="honesty"' not in client_of(world, 1).get(address).content


def test_conflict_of_interest_leaves_the_form_out(world: District) -> None:
    (row,) = forms_sent(world, 1)
    client_of(world, 1).post(f"/evaluation/forms/{row.pk}/", {"conflict": "yes"})
    assert Rating.objects.get().state == "conflicted"


@pytest.mark.parametrize(("count", "shown"), [(2, False), (4, True)])
def test_peers_are_shown_together_or_not_at_all(
    world: District, opened: Evaluation, count: int, shown: bool
) -> None:
    for number, rater in enumerate(world.posts[1:]):
        User.objects.filter(pk=rater.user_id).update(name=f"评价人{number}号")
    for number, row in enumerate(forms_sent(world, count)):
        rating_give(
            rating_id=row.pk, answers=ANSWERS, comment=f"留言{number}", posts=[row.rater_id], actor="user:1"
        )
    Rating.objects.update(comment_state="shown")
    address = page_of(score_of(opened, world))
    assert "留言0" not in client_of(world).get(address).content.decode()  # forms still come in
    Evaluation.objects.update(signed_at=NOW, state="signed")
    text = client_of(world).get(address).content.decode()
    assert ("留言0" in text) is shown
    assert "评价人" not in text
    sides = client_of(world).get(page_of(score_of(opened, world))).context["ratings"].sides
    peers = [side for side in sides if side.relation is Relation.PEER]
    assert all((side.value is not None) is shown for side in peers)


def test_text_is_shown_only_when_let_through(world: District, opened: Evaluation) -> None:
    rows = forms_sent(world, 4)
    for row in rows:
        rating_give(rating_id=row.pk, answers=ANSWERS, comment=f"话{row.pk}", posts=[row.rater_id], actor="u")
    manager = signed_in(world.manager)
    User.objects.filter(pk=world.posts[1].user_id).update(name="评价人甲")
    assert "评价人甲" not in manager.get("/evaluation/comments/").content.decode()
    manager.post(f"/evaluation/comments/{rows[0].pk}", {"shown": "yes"})
    manager.post(f"/evaluation/comments/{rows[1].pk}", {"shown": "no"})
    Evaluation.objects.update(signed_at=NOW, state="signed")
    text = client_of(world).get(page_of(score_of(opened, world))).content.decode()
    assert f"话{rows[0].pk}" in text
    assert all(f"话{row.pk}" not in text for row in rows[1:])


def test_audit_pages_are_for_auditors(world: District) -> None:
    sample = audit_draw(kind=Kind.POSTS, month=MONTH, actor="user:1")
    assert client_of(world).get(f"/evaluation/audits/{sample.pk}/").status_code == 403
    page = signed_in(world.auditor).get(f"/evaluation/audits/{sample.pk}/")
    assert page.status_code == 200
    assert sample.seed in page.content.decode()
    assert signed_in(world.auditor).get("/evaluation/audits/").status_code == 200


def test_rules_and_definitions(world: District) -> None:
    assert client_of(world).get("/evaluation/rules/1/").status_code == 200
    assert client_of(world).get("/evaluation/rules/").status_code == 403
    keeper = signed_in(world.stage.scope(CENTRE, Duty.RULES))
    assert keeper.get("/evaluation/rules/").status_code == 200
    assert keeper.get("/evaluation/rules/1/export").json()["settings"]["peers_least"] == 3
    for content in (b"[" * 100_000, b'{"settings": "\\ud800", "duties": {}}', b"\xff"):
        upload = {"first_month": "2027-01", "reason": "改", "file": SimpleUploadedFile("r.json", content)}
        assert keeper.post("/evaluation/rules/", upload).status_code == 422


def test_staffing_is_changed_by_hand_and_decided(world: District) -> None:
    offices(world)
    manager = signed_in(world.manager)
    answer = manager.post("/evaluation/staffing/", {"month": "2026-11", "most_moves": 3, "farthest_km": 30})
    assert answer.status_code == 302, answer.content.decode()
    row = StaffingPlan.objects.get()
    address = f"/evaluation/staffing/{row.pk}/"
    assert manager.get(address).status_code == 200
    sizes = {f"size-{place}": size for place, size in enumerate(row.chosen["sizes"])}
    first = {**sizes, "size-0": sizes["size-0"] + 1}
    manager.post(f"{address}change", first)
    changed = StaffingPlan.objects.get()
    assert "total" in changed.chosen["violated"]
    assert manager.get(address).status_code == 200
    seen = ",".join(str(size) for size in changed.chosen["sizes"])
    assert f'value="{seen}"' in manager.get(address).content.decode()
    said = manager.post(f"{address}decide", {"reason": "街道缺人", "sizes": seen})
    assert said.status_code == 422 and "街道缺人" in said.content.decode()
    assert StaffingPlan.objects.get().state == "proposed"
    manager.post(f"{address}change", sizes)
    wrong = manager.post(f"{address}change", {**sizes, "size-0": "x", "size-1": "7"})
    assert wrong.status_code == 422 and 'value="x"' in wrong.content.decode()
    assert StaffingPlan.objects.get().chosen["sizes"] == row.chosen["sizes"]
    # What stands now is not what the page showed when these numbers were sent.
    assert manager.post(f"{address}decide", {"reason": "需要", "sizes": seen}).status_code == 422
    assert StaffingPlan.objects.get().state == "proposed"
    now = ",".join(str(size) for size in row.chosen["sizes"])
    manager.post(f"{address}decide", {"reason": "需要", "sizes": now})
    assert StaffingPlan.objects.get().state == "decided"


def test_staffing_is_for_months_that_have_not_ended(world: District) -> None:
    offices(world)
    answer = signed_in(world.manager).post(
        "/evaluation/staffing/", {"month": "2026-10", "most_moves": 3, "farthest_km": 30}
    )
    assert answer.status_code == 422
    assert not StaffingPlan.objects.exists()


@pytest.mark.parametrize("start", ["9" * 5_000, "-1", "x", "999999999"])
def test_records_begin_at_the_first_where_the_address_says_nothing_sensible(
    world: District, opened: Evaluation, start: str
) -> None:
    score = score_of(opened, world)
    page = client_of(world).get(page_of(score, f"serving_residents/?start={start}"))
    assert page.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_solver_keeps_nobody_from_writing(world: District) -> None:
    """Nothing is locked while it works: the transaction begins when the numbers are there."""
    offices(world)
    plan = plan_propose(month=MONTH + 1, actor="user:1")
    with CaptureQueriesContext(connection) as queries:
        plan_change(plan_id=plan.pk, sizes=plan.chosen["sizes"], actor="user:1")
    told = [each["sql"] for each in queries.captured_queries]
    assert told[0].startswith("SELECT")
    assert sum(each.startswith("BEGIN") for each in told) == 1
    assert told.index(next(each for each in told if each.startswith("BEGIN"))) == 1


def test_no_row_carries_a_resident_or_a_person() -> None:
    """Scores hang on posts and places; no key leads to people, reporters or accounts."""
    allowed = {"organisations.Post", "evaluation.RuleVersion", "evaluation.FrozenReference",
               "evaluation.Evaluation", "evaluation.Score", "evaluation.AuditSample"}  # fmt: skip
    rows = [each for each in vars(models).values() if isinstance(each, type) and hasattr(each, "_meta")]
    keys = {
        field.related_model._meta.label
        for row in rows
        for field in row._meta.get_fields()
        if isinstance(field, ForeignKey)
    }
    assert keys <= allowed
    names = {field.name for row in rows for field in row._meta.get_fields()}
    assert not names & {"user", "person", "resident", "contact", "reporter", "complainant", "phone"}


def test_what_waits_is_told_until_it_is_done(world: District) -> None:
    own, manager = world.scope(0), world.manager
    row = services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor=manager.actor)
    rater = world.scope(1)
    ratings_invite(month=MONTH, invitations=[(own.post_id, rater.post_id, Relation.PEER)], actor="user:1")
    assert told(own) == [] and told(rater) == ["Forms on colleagues"]
    services.evaluation_open(evaluation_id=row.pk, actor=manager.actor)
    assert told(own) == ["Drafts of my score: look at them, object if need be"]
    score = score_of(row, world)
    address = page_of(score, "serving_residents/object")
    client_of(world).post(address, {"text": "其中一件是等检测结果"})
    assert told(own) == [] and told(manager) == ["Objections to scores"]
    with clock.fixed(NOW + timedelta(days=60)):
        assert "Drafts of my score: look at them, object if need be" not in told(rater)


def told(scope: Scope) -> list[str]:
    return [each.words for each in waiting_for(scope)]
