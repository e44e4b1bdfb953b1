"""Acts on many matters at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.selectors import counts
from bandeng.desk.services.bulk import KEYS, bulk_acts
from bandeng.desk.tests.test_queue import signed_in
from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors import Act
from bandeng.dispatch.services import handling
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh, kinds_of, later
from bandeng.matters.models import Matter
from bandeng.matters.rules import MatterState
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    counts.forget()
    with clock.fixed(MORNING):
        yield Stage()
    counts.forget()


def rows(*matters: Matter) -> list[str]:
    return [f"{matter.pk} {fresh(matter).changed_at.isoformat()}" for matter in matters]


def asked(client: Client, act: str, *keys: object) -> Any:
    return client.get("/desk/bulk/", {"act": act, "matter": [str(key) for key in keys]})


def done(
    client: Client, act: Act, *matters: Matter, given: list[str] | None = None, **fields: object
) -> dict[str, Any]:
    response = client.post(
        "/desk/bulk/", {"act": act.value, "row": given or rows(*matters), "query": "queue=open", **fields}
    )
    assert response.status_code == 302, response.content.decode()[-900:]
    assert response["Location"] == "/desk/?queue=open"
    return dict(client.get(response["Location"]).context["result"])


def test_bulk_start_does_what_can_be_done_and_tells_the_rest(stage: Stage) -> None:
    lead = stage.handler("city_management")
    first, second, other = (
        stage.opened().matter,
        stage.opened().matter,
        stage.opened(type_code="01.01.02").matter,
    )
    hidden = stage.waiting().matter
    handling.matter_start(matter_id=second.pk, actor=actor_of(lead), scope=lead)
    result = done(signed_in(lead), Act.START, first, second, other, hidden)
    assert result["done"] == 1
    reasons = dict(result["refused"])
    assert set(reasons) == {second.number, other.number, hidden.number}
    assert "state" in reasons[second.number] and "your post" in reasons[other.number]
    assert fresh(first).state == "handling" and fresh(other).state == "dispatched"


def test_bulk_sent_twice_does_it_once(stage: Stage) -> None:
    lead = stage.handler("city_management")
    matters = [stage.opened().matter for _ in range(2)]
    client, given = signed_in(lead), rows(*matters)
    with later(seconds=5):
        assert done(client, Act.RETURN, given=given, text="不属本部门职责")["done"] == 2
    with later(seconds=6):
        again = done(client, Act.RETURN, given=given, text="不属本部门职责")
    assert (again["done"], again["refused"]) == (2, [])
    assert [kinds_of(matter).count("returned") for matter in matters] == [1, 1]
    assert fresh(matters[0]).return_count == 1


def test_bulk_refuses_what_somebody_else_has_changed(stage: Stage) -> None:
    lead, colleague = (
        stage.handler("city_management"),
        stage.scope("city_management", Duty.HANDLE, Duty.VERIFY),
    )
    matter = stage.opened().matter
    given = rows(matter)
    with later(seconds=5):
        handling.matter_note(matter_id=matter.pk, text="我来处理", actor=actor_of(colleague), scope=colleague)
    with later(seconds=9):
        result = done(signed_in(lead), Act.START, given=given)
    assert result["done"] == 0 and "changed" in str(result["refused"])
    assert fresh(matter).state == "dispatched"


def test_bulk_assign_offers_the_leads_people_and_is_taken_back(stage: Stage) -> None:
    lead, colleague = (
        stage.handler("city_management"),
        stage.scope("city_management", Duty.HANDLE, Duty.DISPATCH),
    )
    matters = [stage.opened().matter for _ in range(2)]
    client = signed_in(lead)
    page = asked(client, "assign", *[matter.pk for matter in matters])
    offered = {value for value, _ in page.context["asked"].form.fields["post"].choices}
    assert offered == {"", str(lead.post_id), str(colleague.post_id)}
    assert done(client, Act.ASSIGN, *matters, post=lead.post_id)["undo"] == 0
    assert done(client, Act.ASSIGN, *matters, post=colleague.post_id, text="请今天去看")["undo"] == 2
    assert {fresh(matter).lead_post_id for matter in matters} == {colleague.post_id}
    assert client.post("/desk/bulk/undo", {"query": "queue=open"}).status_code == 302
    assert {fresh(matter).lead_post_id for matter in matters} == {lead.post_id}
    assert client.post("/desk/bulk/undo", {"query": "queue=open"}).status_code == 302
    assert client.get("/desk/").context["result"]["done"] == 0


def test_bulk_assign_refuses_matters_of_several_leads(stage: Stage) -> None:
    page = asked(
        signed_in(stage.centre),
        "assign",
        stage.opened().matter.pk,
        stage.opened(type_code="01.01.02").matter.pk,
    )
    assert "different leads" in page.context["problem"]


def test_bulk_merge_and_its_undoing(stage: Stage) -> None:
    first, second, third = (stage.opened().matter for _ in range(3))
    client = signed_in(stage.centre)
    result = done(client, Act.MERGE, first, second, third, target=first.pk)
    assert (result["done"], result["undo"]) == (2, 2)
    assert fresh(first).report_count == 3 and {fresh(second).state, fresh(third).state} == {"merged"}
    client.post("/desk/bulk/undo", {"query": ""})
    assert fresh(first).report_count == 1 and {fresh(second).state, fresh(third).state} == {"dispatched"}


def test_bulk_co_handler_and_its_undoing(stage: Stage) -> None:
    matter = stage.opened().matter
    client = signed_in(stage.centre)
    police = stage.organisation_id("police")
    assert (
        done(client, Act.ADD_CO_HANDLER, matter, organisation=police, limit="2wd", text="维持秩序")["undo"]
        == 1
    )
    assert Task.objects.get(matter=matter, organisation_id=police).state == "assigned"
    client.post("/desk/bulk/undo", {"query": ""})
    assert Task.objects.get(matter=matter, organisation_id=police).state == "cancelled"


def test_bulk_accept_dispatch_and_close(stage: Stage) -> None:
    matter = stage.waiting().matter
    client = signed_in(stage.centre)
    assert done(client, Act.ACCEPT, matter)["done"] == 1
    assert done(client, Act.DISPATCH, matter, organisation=stage.organisation_id("housing"))["done"] == 1
    lead = stage.handler("housing")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(lead), scope=lead)
    assert done(signed_in(lead), Act.HANDLED, matter, text="已修补路面")["done"] == 1
    assert done(client, Act.CLOSE, matter)["done"] == 1
    assert fresh(matter).state == "closed"
    assert AuditEntry.objects.filter(
        action="matter.closed", subject_id=str(matter.pk), actor=stage.centre.actor
    ).exists()


def test_bulk_asks_again_for_what_is_missing(stage: Stage) -> None:
    matter = stage.opened().matter
    response = signed_in(stage.handler("city_management")).post(
        "/desk/bulk/", {"act": "return", "row": rows(matter), "text": ""}
    )
    assert response.status_code == 422
    assert b"This is needed" in response.content
    assert fresh(matter).state == "dispatched"


def test_bulk_takes_at_most_two_hundred(stage: Stage) -> None:
    client = signed_in(stage.handler("city_management"))
    assert "200" in asked(client, "start", *range(1, 202)).context["problem"]
    many = [f"{key} 2026-11-23T02:00:00+00:00" for key in range(1, 202)]
    assert client.post("/desk/bulk/", {"act": "start", "row": many}).status_code == 422


def test_bulk_dialog_is_a_fragment_for_htmx_and_a_page_without(stage: Stage) -> None:
    matter = stage.opened().matter
    client = signed_in(stage.handler("city_management"))
    given = {"act": "start", "matter": [str(matter.pk), "x", "", "9" * 30]}
    assert b"<html" in client.get("/desk/bulk/", given).content
    fragment = client.get("/desk/bulk/", given, headers={"hx-request": "true"})
    assert b"<html" not in fragment.content and matter.number.encode() in fragment.content


@pytest.mark.parametrize("act", ["reject", "nonsense", "", "split"])
def test_bulk_knows_its_own_acts_alone(stage: Stage, act: str) -> None:
    assert signed_in(stage.centre).get("/desk/bulk/", {"act": act, "matter": "1"}).status_code == 400


def test_bulk_hides_other_areas_matters(stage: Stage) -> None:
    matter = stage.opened(grid=GRIDS[7]).matter
    street = signed_in(stage.scope("330199001", Duty.INTAKE, Duty.DISPATCH, Duty.VERIFY))
    page = asked(street, "merge", matter.pk)
    assert not page.context["asked"].picks and matter.title.encode() not in page.content


def test_acts_offered_follow_duties_and_states(stage: Stage) -> None:
    everything = frozenset(MatterState)
    handler = {offer.act for offer in bulk_acts(stage.handler("police"), everything)}
    assert handler == {"assign", "add_co_handler", "return", "start", "handled"}
    centre = bulk_acts(stage.centre, frozenset({MatterState.VERIFYING}))
    assert [(offer.act, offer.main) for offer in centre] == [("send_back", False), ("close", True)]
    assert len({offer.key for offer in bulk_acts(stage.centre, everything)} & set("jkxnf")) == 0
    assert len(set(KEYS.values())) == len(KEYS)
