"""Whoever reads what is sealed is in the audit log, and no word of it is."""

from collections.abc import Iterator

import pytest

from bandeng.clues.models import Attachment
from bandeng.clues.tests.factories import (
    MORNING,
    STREET,
    SUPERVISING,
    District,
    client_of,
    clue,
    district,
    later,
    waiting,
)
from bandeng.core import clock
from bandeng.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk"))


def test_a_clues_page_is_written_down_once_a_while_for_each_person(built: District) -> None:
    row = clue()
    first, second = client_of(built.receiver), client_of(built.approver)
    for client in (first, first, second):
        assert client.get(f"/desk/clues/{row.number}/").status_code == 200
    first.get(f"/desk/clues/{row.number}/hide")
    told = entries("clue.viewed")
    assert [each.actor for each in told] == [built.receiver.actor, built.approver.actor]
    assert {(each.subject_type, each.subject_id) for each in told} == {("clues.clue", str(row.pk))}
    with later(minutes=31):
        first.get(f"/desk/clues/{row.number}/")
    assert len(entries("clue.viewed")) == 3


def test_reading_the_text_on_the_page_of_an_act_is_written_down_too(built: District) -> None:
    row = clue()
    client_of(built.receiver).get(f"/desk/clues/{row.number}/hide")
    assert len(entries("clue.viewed")) == 1


def test_each_picture_that_is_seen_is_written_down(built: District) -> None:
    row = clue(pictures=[waiting()])
    picture = Attachment.objects.get()
    address = f"/desk/clues/{row.number}/pictures/{picture.pk}"
    assert client_of(built.receiver).get(address).status_code == 200
    (told,) = entries("clue.picture_viewed")
    assert (told.actor, told.subject_id) == (built.receiver.actor, str(picture.pk))
    assert f'"clue":{row.pk}' in told.content


def test_a_search_is_written_down_without_its_words(built: District) -> None:
    clue(text="石榴籽公司骗人，收了钱就关门。")
    client_of(built.receiver).get("/desk/clues/", {"q": "石榴籽"})
    (told,) = entries("clue.searched")
    assert told.actor == built.receiver.actor and '"found":1' in told.content
    assert not AuditEntry.objects.filter(content__contains="石榴籽").exists()


def test_going_through_lists_is_written_down(built: District) -> None:
    client = client_of(built.receiver)
    for address in ("/desk/clues/", "/desk/clues/?box=late", "/desk/clues/notices/"):
        client.get(address)
    assert len(entries("clue.listed")) == 1
    assert entries("clue.searched") == []


def test_what_is_not_shown_is_not_written_down(built: District) -> None:
    row = clue(organisation_id=built.id_of(STREET))
    street = built.scope(STREET, *SUPERVISING)
    assert client_of(street).get(f"/desk/clues/{row.number}/").status_code == 404
    assert entries("clue.viewed") == []
