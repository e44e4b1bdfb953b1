"""Signing through the page: what is wrong is named, what was typed is kept, what was looked at is what is signed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bandeng.core import clock
from bandeng.desk.tests.officers import signed_in
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.forms import NOTE_LENGTH, TaskForm
from bandeng.risk.models import RiskMap
from bandeng.risk.rules import MapStatus
from bandeng.risk.services.maps import map_draft
from bandeng.risk.tests.factories import ACTOR, LAST, NOW, STREET, district, history, published

pytestmark = pytest.mark.django_db
MAP = f"/risk/maps/{LAST}/1/"
ENGLISH = {"accept-language": "en"}
NOTE = "十月更正两处数字"


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


@pytest.fixture
def client() -> Client:
    built = district()
    history()
    return signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))


def given(**changes: str) -> dict[str, str]:
    """What a signer sends."""
    row = RiskMap.objects.order_by("-version").first()
    assert row is not None
    return {"digest": row.result_digest, "looked": "on", "note": NOTE} | changes


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"looked": ""}, 422, "Tick that you have looked"),
        ({"note": f"{NOTE}{'字' * NOTE_LENGTH}"}, 422, "The note is too long: 500 characters"),
        ({"digest": "0" * 64}, 409, "made anew while you were looking"),
        ({"digest": ""}, 422, "made anew while you were looking"),
    ],
)
def test_a_refusal_names_the_fault_and_keeps_the_note(
    client: Client, changes: dict[str, str], status: int, words: str
) -> None:
    row = map_draft(month=LAST, actor=ACTOR)
    answer = client.post(f"{MAP}publish", given(**changes), headers=ENGLISH)
    text = answer.content.decode()
    assert answer.status_code == status and words in text and NOTE in text
    assert row.result_digest in text  # of the map that the page now shows
    assert RiskMap.objects.get().status == MapStatus.DRAFT.value
    again = client.post(f"{MAP}publish", given())
    assert again.status_code == 302 and RiskMap.objects.get().note == NOTE


def test_only_the_version_of_the_address_is_signed(client: Client) -> None:
    published()
    map_draft(month=LAST, actor=ACTOR)
    answer = client.post(f"{MAP}publish", given(), headers=ENGLISH)
    assert answer.status_code == 409 and "a newer version" in answer.content.decode()
    assert list(RiskMap.objects.order_by("version").values_list("status", flat=True)) == [
        "published",
        "draft",
    ]


@pytest.mark.parametrize("month", ["", "2026-1", "20261", "２０２６１０", "abcdef"])
def test_an_odd_month_is_told_and_leads_back(client: Client, month: str) -> None:
    answer = client.post("/risk/drafts/", {"month": month}, headers=ENGLISH, follow=True)
    assert answer.redirect_chain == [("/risk/versions/", 302)]
    assert "This is no month" in answer.content.decode()
    assert not RiskMap.objects.exists()


def test_a_stranger_is_told_so_on_a_page(client: Client) -> None:
    map_draft(month=LAST, actor=ACTOR)
    street = Organisation.objects.get(code=STREET)
    other = signed_in(scope(Duty.SUPERVISE, organisation=street))
    answer = other.post("/risk/drafts/", {"month": str(LAST)})
    assert answer.status_code == 403 and b"<html" in answer.content


def test_a_task_is_due_while_its_day_goes_on() -> None:
    district()
    for hours, is_fine in ((7, True), (8, False)):  # at 17:00 and at 18:00
        moment = NOW + timedelta(hours=hours)
        with clock.fixed(moment):
            form = TaskForm(STREET, {"title": "宣讲", "organisation": "", "due": f"{moment:%Y-%m-%d}"})
            form.is_valid()
            assert ("due" not in form.errors) is is_fine
            assert not is_fine or form.cleaned_data["due"] > moment
