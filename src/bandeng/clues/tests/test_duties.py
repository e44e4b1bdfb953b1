"""Triage, looking into, opening identities and warning are duties apart: each does its own and nothing else."""

from collections.abc import Callable, Iterator

import pytest

from bandeng.clues.models import Clue
from bandeng.clues.rules import ActNotAllowed
from bandeng.clues.selectors import NotVisible, clue_for
from bandeng.clues.selectors.board import may_sign
from bandeng.clues.selectors.page import acts_for, assignable
from bandeng.clues.services import openings, scam_types, triage
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    STREET,
    District,
    assigned,
    by,
    client_of,
    clue,
    district,
    named,
)
from bandeng.core import clock
from bandeng.organisations.rules import Duty, DutyMissing, Scope, first_page
from bandeng.organisations.tests.factories import CENTRE, post

pytestmark = pytest.mark.django_db
WORDS = "这是十个字以上的一段说明文字"
Act = Callable[[Scope, str, District], object]


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


ACTS: dict[str, Act] = {
    "accept": lambda of, number, built: triage.clue_accept(**by(of, number)),
    "reject": lambda of, number, built: triage.clue_reject(reason=WORDS, **by(of, number)),
    "assign": lambda of, number, built: triage.clue_assign(
        organisation_id=built.id_of("police"), note="", **by(of, number)
    ),
    "handle": lambda of, number, built: triage.clue_handle(outcome=WORDS, **by(of, number)),
    "return": lambda of, number, built: triage.clue_return(reason=WORDS, **by(of, number)),
    "reply": lambda of, number, built: triage.clue_reply(text=WORDS, **by(of, number)),
    "type": lambda of, number, built: scam_types.scam_type_set(scam_type="bank", **by(of, number)),
}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_who_only_decides_about_identities_reads_and_does_nothing_else(built: District, name: str) -> None:
    row = assigned(built)
    decider = built.scope(CENTRE, Duty.CLUE_IDENTITY, Duty.SUPERVISE)
    assert clue_for(decider, row.number) == row
    assert acts_for(row, scope=decider) == {"open"}
    with pytest.raises(DutyMissing):
        ACTS[name](decider, row.number, built)


@pytest.mark.parametrize("name", ["handle", "return"])
def test_who_triages_does_not_write_the_outcome_for_the_office_in_charge(built: District, name: str) -> None:
    row, receiver = assigned(built), built.scope(CENTRE, Duty.CLUE_TRIAGE)
    assert name not in acts_for(row, scope=receiver)
    with pytest.raises(DutyMissing):
        ACTS[name](receiver, row.number, built)


@pytest.mark.parametrize("duty", [Duty.CLUE_TRIAGE, Duty.CLUE_HANDLE])
def test_neither_triage_nor_handling_opens_an_identity(built: District, duty: Duty) -> None:
    row = Clue.objects.get(number=named().number)
    of = built.scope(CENTRE if duty is Duty.CLUE_TRIAGE else "police", duty, Duty.SUPERVISE)
    Clue.objects.filter(pk=row.pk).update(lead_id=built.id_of("police"))
    row.refresh_from_db()
    assert "open" not in acts_for(row, scope=of)
    with pytest.raises(DutyMissing):
        openings.opening_request(reason=WORDS, **by(of, row.number))


def test_to_unseal_contacts_of_matters_opens_no_clue(built: District) -> None:
    row, of = clue(), built.scope(CENTRE, Duty.UNSEAL, Duty.SUPERVISE, Duty.AUDIT)
    with pytest.raises(NotVisible):
        clue_for(of, row.number)
    for path in ("/desk/clues/", f"/desk/clues/{row.number}/", "/desk/clues/openings/"):
        assert client_of(of).get(path).status_code == 403


def test_triage_in_a_street_office_or_a_department_receives_nothing(built: District) -> None:
    row = clue()
    for office in (STREET, "police"):
        with pytest.raises(NotVisible):
            clue_for(built.scope(office, Duty.CLUE_TRIAGE), row.number)


def test_a_clue_goes_only_where_somebody_looks_into_clues(built: District) -> None:
    row = clue()
    triage.clue_accept(**by(built.receiver, row.number))
    assert {each.code for each in assignable(row)} == {"police", "housing", "330199001002"}
    with pytest.raises(ActNotAllowed, match="nobody_there"):
        triage.clue_assign(organisation_id=built.id_of(STREET), note="", **by(built.receiver, row.number))
    built.scope(STREET, *HANDLING)
    triage.clue_assign(organisation_id=built.id_of(STREET), note="", **by(built.receiver, row.number))


def test_head_of_any_department_does_not_sign_warnings(built: District) -> None:
    assert not may_sign(built.scope("housing", Duty.SUPERVISE, Duty.DISPATCH))
    assert may_sign(built.scope("police", Duty.FRAUD_WARNING))
    assert not may_sign(built.scope(STREET, Duty.FRAUD_WARNING))


def test_who_only_works_on_clues_begins_at_their_inbox(built: District) -> None:
    assert first_page(built.scope("police", *HANDLING)) == "/desk/clues/"
    assert client_of(built.scope("police", *HANDLING)).get("/desk/clues/").status_code == 200


def test_another_office_than_the_one_in_charge_handles_nothing(built: District) -> None:
    row = assigned(built)
    other = post(*HANDLING, organisation=built.house.organisations["housing"])
    with pytest.raises(NotVisible):
        clue_for(built.scope("housing", *HANDLING), row.number)
    assert other.organisation_id != row.lead_id
