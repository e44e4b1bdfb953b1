"""Who is named only later is shut out from then on, whatever they have of the clue by then."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from bandeng.accounts.models import User
from bandeng.accounts.tests.factories import user
from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.models import Accusation, ClueStep
from bandeng.clues.rules import ActNotAllowed, ClueKind, ClueState
from bandeng.clues.selectors import NotVisible, visible_clues
from bandeng.clues.selectors.page import assignable
from bandeng.clues.services import hiding, triage
from bandeng.clues.services.accusing import leads_recheck
from bandeng.clues.services.mailbox import Key, letter_write
from bandeng.clues.services.rereading import names_reread
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    STREET,
    SUPERVISING,
    District,
    assigned,
    by,
    clue,
    district,
    receipt,
)
from bandeng.core import clock
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.tests.factories import CENTRE, post

pytestmark = pytest.mark.django_db
FINDING = "已核查，情况属实，已立案侦查"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def called(of: Scope, name: str) -> None:
    """Give the holder of a post a name."""
    user = Post.objects.get(pk=of.post_id).user
    user.name = name
    user.save()


def test_staff_named_in_a_letter_are_shut_out_and_their_office_loses_the_clue(built: District) -> None:
    known = receipt()
    handler = built.scope("police", *HANDLING)
    called(handler, "司徒静远")
    triage.clue_accept(**by(built.receiver, known.number))
    triage.clue_assign(organisation_id=built.id_of("police"), note="", **by(built.receiver, known.number))
    assert visible_clues(handler).exists()
    letter_write(key=Key(known.number, known.secret), text="后来我听说，司徒静远和他们是一伙的。")
    assert not visible_clues(handler).exists()
    row = visible_clues(built.receiver).get()
    assert (row.state, row.lead_id) == (ClueState.ACCEPTED, None)
    assert ClueStep.objects.filter(clue=row, kind="accusation_added", actor="system").exists()


def test_naming_the_same_person_again_changes_nothing(built: District) -> None:
    called(built.receiver, "司徒静远")
    known = receipt(text="骗子说认识中心的司徒静远，让我放心转钱。")
    letter_write(key=Key(known.number, known.secret), text="司徒静远昨天又打电话来。")
    assert Accusation.objects.count() == 1


def test_office_named_in_a_letter_counts_where_officials_are_accused(built: District) -> None:
    name = built.house.organisations[STREET].name
    for kind, count in ((ClueKind.FRAUD, 0), (ClueKind.MISCONDUCT, 1)):
        known = receipt(kind=kind, text="有人收钱不办事，大家都知道。")
        letter_write(key=Key(known.number, known.secret), text=f"是{name}的人。")
        assert Accusation.objects.filter(clue__number=known.number).count() == count


@pytest.mark.parametrize("answered", [False, True])
def test_office_accused_after_its_outcome_loses_the_clue(built: District, answered: bool) -> None:
    row, police = assigned(built), built.scope("police", *HANDLING)
    triage.clue_handle(outcome=FINDING, **by(police, row.number))
    if answered:
        triage.clue_answer(text=FINDING, **by(built.receiver, row.number))
    known = by(built.receiver, row.number)
    hiding.accusation_add(
        organisation_id=built.id_of("police"), reason="举报人称办案单位与对方有来往", **known
    )
    row.refresh_from_db()
    assert row.lead_id is None
    assert row.state == (ClueState.ANSWERED if answered else ClueState.ACCEPTED)
    if not answered:
        with pytest.raises(ActNotAllowed, match="conflict"):
            triage.clue_assign(organisation_id=built.id_of("police"), note="", **known)


def named_elsewhere(built: District) -> User:
    """Somebody of the street whom a reporter will name."""
    person = Post.objects.get(pk=built.scope(STREET, Duty.HANDLE).post_id).user
    person.name = "司徒静远"
    person.save()
    return person


@pytest.mark.parametrize("in_text", [False, True])
def test_office_to_which_the_accused_moves_reads_the_clue_no_more(built: District, in_text: bool) -> None:
    person = named_elsewhere(built)
    told = {"text": "合同上的人叫司徒静远，收了定金就不见了。"} if in_text else {"accused": "司徒静远"}
    row, police = assigned(built, **told), built.scope("police", *HANDLING)
    assert visible_clues(police).exists() and leads_recheck() == 0
    post(Duty.HANDLE, organisation=built.house.organisations["police"], user=person)
    assert not visible_clues(police).exists()
    with pytest.raises(NotVisible):
        triage.clue_handle(outcome=FINDING, **by(police, row.number))
    assert leads_recheck() == 1 and leads_recheck() == 0
    seen = visible_clues(built.receiver).get()
    assert (seen.state, seen.lead_id) == (ClueState.ACCEPTED, None)
    assert "police" not in {each.code for each in assignable(seen)}


def test_office_below_which_the_accused_gets_a_post_is_in_conflict(built: District) -> None:
    person = Post.objects.get(pk=built.scope("housing", Duty.HANDLE).post_id).user
    person.name = "司徒静远"
    person.save()
    assigned(built, COMMUNITIES[0], accused="司徒静远")
    handler = built.scope(COMMUNITIES[0], *HANDLING)
    assert visible_clues(handler).exists()
    post(Duty.HANDLE, organisation=built.house.organisations[STREET], user=person)
    assert not visible_clues(handler).exists() and leads_recheck() == 1


def test_what_was_found_is_not_sent_back_to_an_office_in_conflict(built: District) -> None:
    person = named_elsewhere(built)
    row, police = assigned(built, accused="司徒静远"), built.scope("police", *HANDLING)
    triage.clue_handle(outcome=FINDING, **by(police, row.number))
    post(Duty.HANDLE, organisation=built.house.organisations["police"], user=person)
    with pytest.raises(ActNotAllowed, match="conflict"):
        triage.clue_send_back(reason="请补充核查转账的去向", **by(built.receiver, row.number))


def test_accused_who_moves_to_the_centre_shuts_it_out_as_if_they_had_been_there(built: District) -> None:
    person = named_elsewhere(built)
    before = receipt(accused="司徒静远")
    assert before.received_here and visible_clues(built.receiver).exists()
    other = receipt(text="骗子说认识街道的司徒静远，让我放心转钱。")
    centre = built.house.organisations[CENTRE]
    joined = post(Duty.HANDLE, organisation=centre, user=person)
    assert not receipt(accused="司徒静远").received_here
    assert [each.number for each in visible_clues(built.receiver)] == [other.number]
    for known, unseen in ((before, True), (other, False)):
        reporter = Client()
        reporter.post("/clues/mailbox/", {"number": known.number, "secret": known.secret})
        page = reporter.get("/clues/mailbox/open/").content.decode()
        assert ("12337" in page) is unseen and known.number in page
    joined.until = MORNING.date()  # who leaves again has been there while the clue was
    joined.save()
    assert [each.number for each in visible_clues(built.receiver)] == [other.number]


def test_office_that_the_accused_had_left_before_the_clue_came_in_reads_on(built: District) -> None:
    person = named_elsewhere(built)
    left = post(Duty.HANDLE, organisation=built.house.organisations[CENTRE], user=person)
    left.until = MORNING.date() - timedelta(days=1)
    left.save()
    assert receipt(accused="司徒静远").received_here
    assert visible_clues(built.receiver).exists()


@pytest.mark.parametrize("where", ["accused", "text", "letter"])
def test_accused_who_gets_an_account_later_is_shut_out_all_the_same(built: District, where: str) -> None:
    told = {"accused": "司徒 静远"} if where == "accused" else {}
    told |= {"text": "合同上的人叫司徒静远，收了定金就不见了。"} if where == "text" else {}
    known = receipt(**told)
    if where == "letter":
        letter_write(key=Key(known.number, known.secret), text="他叫司徒静远。")
    assert names_reread() == 0
    centre = built.house.organisations[CENTRE]
    late = scope_of(post(*SUPERVISING, organisation=centre, user=user(name="司徒静远")))
    assert visible_clues(late).exists()
    assert names_reread() == 1 and names_reread() == 0
    assert not visible_clues(late).exists() and visible_clues(built.receiver).exists() is (where != "accused")
    source = Accusation.objects.get().source
    assert source == ("reporter" if where == "accused" else "text")
    assert ClueStep.objects.filter(clue__number=known.number, kind="accusation_added").exists()


def test_what_was_lifted_stays_lifted_and_later_accounts_are_looked_for(built: District) -> None:
    called(built.receiver, "司徒静远")
    User.objects.update(date_joined=MORNING - timedelta(days=9))
    row = clue(text="骗子说认识中心的司徒静远，让我放心转钱。")
    lifted = Accusation.objects.get(clue=row)
    hiding.accusation_lift(
        accusation_id=lifted.pk, reason="同名而已，与本单位人员无关", **by(built.approver, row.number)
    )
    assert names_reread() == 0 and visible_clues(built.receiver).exists()
    with clock.fixed(clock.now() + timedelta(hours=1)):
        other = user(name="司徒静远")
        User.objects.filter(pk=other.pk).update(date_joined=clock.now())
        post(*SUPERVISING, organisation=built.house.organisations[CENTRE], user=other)
        assert names_reread() == 1
    assert Accusation.objects.get().user_id == other.pk and visible_clues(built.receiver).exists()
