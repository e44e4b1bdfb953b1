"""Opening an identity: two persons, a reason, some minutes, all of it recorded, none of it leaking."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction

from bandeng.clues.models import Clue, Opening
from bandeng.clues.rules import ActNotAllowed, OpeningState
from bandeng.clues.selectors import NotVisible
from bandeng.clues.selectors.mailbox import mailbox_of
from bandeng.clues.services import openings
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    NAME,
    PHONE,
    STREET,
    SUPERVISING,
    District,
    actor,
    assigned,
    client_of,
    district,
    later,
    named,
    receipt,
)
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, DutyMissing, Scope
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.tests.factories import CENTRE, post, role

pytestmark = pytest.mark.django_db
REASON = "需要向举报人核实转账的时间"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def asked(built: District, number: str) -> Opening:
    return openings.opening_request(
        number=number, reason=REASON, actor=actor(built.receiver), scope=built.receiver
    )


def decided(opening: Opening, by: Scope, *, approved: bool = True) -> Opening:
    return openings.opening_decide(opening_id=opening.pk, approved=approved, actor=actor(by), scope=by)


def read(opening: Opening, by: Scope) -> openings.Opened:
    return openings.opening_read(opening_id=opening.pk, actor=actor(by), scope=by)


def test_two_persons_open_and_the_reporter_sees_it(built: District) -> None:
    row = Clue.objects.get(number=named().number)
    opening = asked(built, row.number)
    assert mailbox_of(row).openings == ()
    decided(opening, built.approver)
    opened = read(opening, built.receiver)
    assert (opened.identity.name, opened.identity.phone) == (NAME, PHONE)
    (seen,) = mailbox_of(row).openings
    assert seen.reads == 1 and seen.office == built.house.organisations[CENTRE].name


def test_one_person_alone_opens_nothing(built: District) -> None:
    opening = asked(built, named().number)
    with pytest.raises(ActNotAllowed, match="oneself"):
        decided(opening, built.receiver)
    with pytest.raises(ActNotAllowed, match="not_open_for_view"):
        read(opening, built.receiver)


def test_ones_own_other_post_is_not_a_second_person(built: District) -> None:
    opening = asked(built, named().number)
    person = Post.objects.get(pk=built.receiver.post_id).user
    second = scope_of(post(*SUPERVISING, organisation=built.house.organisations[CENTRE], user=person))
    with pytest.raises(ActNotAllowed, match="oneself"):
        decided(opening, second)


def test_the_database_refuses_one_person_too(built: District) -> None:
    opening = asked(built, named().number)
    values = {"approver_id": built.receiver.user_id, "state": "approved", "decided_at": MORNING}
    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(reads=1)


def test_approver_needs_the_duty_and_must_see_the_clue(built: District) -> None:
    opening = asked(built, named().number)
    with pytest.raises(DutyMissing):
        decided(opening, built.scope(CENTRE, *HANDLING))
    with pytest.raises(NotVisible):
        decided(opening, built.scope("housing", *SUPERVISING))


def test_nobody_of_the_accused_office_approves(built: District) -> None:
    opening = asked(built, named(organisation_id=built.id_of(STREET)).number)
    person = Post.objects.get(pk=built.scope(STREET, Duty.HANDLE).post_id).user
    second = scope_of(post(*SUPERVISING, organisation=built.house.organisations[CENTRE], user=person))
    with pytest.raises(NotVisible):
        decided(opening, second)


def test_only_who_asked_reads_and_only_for_minutes(built: District) -> None:
    opening = decided(asked(built, named().number), built.approver)
    with pytest.raises(ActNotAllowed, match="not_the_requester"):
        read(opening, built.approver)
    with later(minutes=14):
        assert read(opening, built.receiver).identity.name == NAME
    with later(minutes=16), pytest.raises(ActNotAllowed, match="not_open_for_view"):
        read(opening, built.receiver)
    opening.refresh_from_db()
    assert opening.reads == 1


def test_refused_and_lapsed_requests_open_nothing(built: District) -> None:
    number = named().number
    refused = decided(asked(built, number), built.approver, approved=False)
    assert refused.state == OpeningState.REFUSED
    with pytest.raises(ActNotAllowed):
        read(refused, built.receiver)
    late = asked(built, number)
    with later(hours=73), pytest.raises(ActNotAllowed, match="decided"):
        decided(late, built.approver)


def test_request_needs_a_reason_and_something_to_open(built: District) -> None:
    number = named().number
    with pytest.raises(ActNotAllowed, match="reason_short"):
        openings.opening_request(
            number=number, reason="查", actor=actor(built.receiver), scope=built.receiver
        )
    with pytest.raises(ActNotAllowed, match="anonymous"):
        asked(built, receipt().number)


def test_handler_in_charge_may_ask(built: District) -> None:
    row = assigned(built, text="我叫欧阳望舒，被人骗了三万元，请查。")
    police = built.scope("police", *HANDLING)
    opening = openings.opening_request(number=row.number, reason=REASON, actor=actor(police), scope=police)
    decided(opening, built.approver)
    assert "欧阳望舒" in read(opening, police).text


def test_who_has_lost_the_duty_reads_nothing_and_that_is_recorded(built: District) -> None:
    opening = decided(asked(built, named().number), built.approver)
    held = Post.objects.get(pk=built.receiver.post_id)
    held.role = role(Duty.CLUE_TRIAGE)
    held.save()
    with pytest.raises(DutyMissing):
        read(opening, scope_of(held))
    page = client_of(built.receiver).post(f"/desk/clues/openings/{opening.pk}/", {"do": "read"})
    assert page.status_code == 422 and NAME not in page.content.decode()
    assert 'value="read"' not in page.content.decode() and "没有此项职责" in page.content.decode()
    refused = AuditEntry.objects.filter(action="opening.reading_refused", subject_id=str(opening.pk))
    assert [each.actor for each in refused] == [built.receiver.actor] * 2
    opening.refresh_from_db()
    assert opening.reads == 0


def test_what_one_office_asked_for_is_not_read_in_another(built: District) -> None:
    row = assigned(built, text="我叫欧阳望舒，被人骗了三万元，请查。")
    police = built.scope("police", *HANDLING)
    opening = openings.opening_request(number=row.number, reason=REASON, actor=actor(police), scope=police)
    decided(opening, built.approver)
    person = Post.objects.get(pk=police.post_id).user
    second = scope_of(post(*SUPERVISING, organisation=built.house.organisations[CENTRE], user=person))
    with pytest.raises(DutyMissing):
        read(opening, second)
    assert "欧阳望舒" in read(opening, police).text


def test_pressing_no_button_neither_decides_nor_reads(built: District) -> None:
    opening = asked(built, named().number)
    address = f"/desk/clues/openings/{opening.pk}/"
    for of in (built.receiver, built.approver):
        for form in ({}, {"do": "anything"}):
            assert client_of(of).post(address, form).status_code == 422
    opening.refresh_from_db()
    assert opening.state == OpeningState.REQUESTED
    decided(opening, built.approver)
    assert NAME not in client_of(built.receiver).post(address, {}).content.decode()
    page = client_of(built.approver).post(address, {"do": "refuse"})
    assert page.status_code == 422
    opening.refresh_from_db()
    assert (opening.state, opening.reads) == (OpeningState.APPROVED, 0)


def test_no_identity_and_no_reason_in_the_audit_log(built: District) -> None:
    opening = decided(asked(built, named().number), built.approver)
    read(opening, built.receiver)
    entries = AuditEntry.objects.filter(subject_type="clues.opening").order_by("pk")
    assert [each.action for each in entries] == ["opening.requested", "opening.approved", "opening.read"]
    told = " ".join(f"{each.actor} {each.content}" for each in AuditEntry.objects.all())
    assert not [word for word in (NAME, PHONE, REASON, "欧阳") if word in told]


def test_reading_is_a_post_and_a_get_shows_nothing(built: District) -> None:
    opening = decided(asked(built, named().number), built.approver)
    client = client_of(built.receiver)
    address = f"/desk/clues/openings/{opening.pk}/"
    assert NAME not in client.get(address).content.decode()
    page = client.post(address, {"do": "read"})
    assert NAME in page.content.decode() and "no-store" in page.headers["Cache-Control"]
    assert NAME not in client_of(built.approver).post(address, {"do": "read"}, follow=True).content.decode()


def test_pages_of_an_approver(built: District) -> None:
    opening = asked(built, named().number)
    client = client_of(built.approver)
    assert REASON in client.get(f"/desk/clues/openings/{opening.pk}/").content.decode()
    client.post(f"/desk/clues/openings/{opening.pk}/", {"do": "approve"})
    opening.refresh_from_db()
    assert opening.state == OpeningState.APPROVED
    assert client.get("/desk/clues/openings/").status_code == 200


def test_the_reason_is_for_who_asked_and_who_may_approve(built: District) -> None:
    opening = asked(built, named().number)
    reader = built.scope(CENTRE, Duty.CLUE_TRIAGE, Duty.CLUE_IDENTITY)
    address = f"/desk/clues/openings/{opening.pk}/"
    for known in (built.receiver, built.approver):
        assert REASON in client_of(known).get(address).content.decode()
    shown = client_of(reader).get(address).content.decode()
    assert REASON not in shown and "理由已封存" in shown
    for page in ("/desk/clues/openings/", f"/desk/clues/{opening.clue.number}/"):
        assert REASON not in client_of(reader).get(page).content.decode()
