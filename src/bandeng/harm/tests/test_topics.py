"""Hot topics, as far as a post may see the matters behind them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.core import clock
from bandeng.dispatch.tests.factories import House, house
from bandeng.harm.models import Document
from bandeng.harm.selectors import NotVisible
from bandeng.harm.selectors.topics import topic_for, topic_table
from bandeng.harm.services.topics import topics_run
from bandeng.harm.tests import factories as make
from bandeng.harm.tests.factories import client_of
from bandeng.matters.rules import AccessClass
from bandeng.matters.tests.factories import matter_opened
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope

pytestmark = pytest.mark.django_db
HERE, THERE = COMMUNITIES[0], COMMUNITIES[2]


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    with clock.fixed(make.MORNING):
        yield house()


def noise(number: int, *, area_code: str = HERE, access: AccessClass = AccessClass.OPEN) -> Any:
    opened = matter_opened(
        title="翠竹小区工地夜间施工噪音扰民",
        text=f"翠竹小区旁边的工地夜里两点还在施工，噪音很大，睡不着觉，请管一管。第{number}户。",
        ruling={"access_class": access},
    )
    at = make.MORNING - timedelta(days=number % 5 + 1)
    type(opened.matter).objects.filter(pk=opened.matter.pk).update(opened_at=at, area_code=area_code)
    contact = make.contact_of(make.phone_of(number))
    type(opened.report).objects.filter(pk=opened.report.pk).update(contact_id=contact)
    return opened.matter


def test_what_many_speak_of_is_one_topic_with_its_matters(built: House) -> None:
    matters = {noise(number).pk for number in range(6)}
    topics_run()
    centre = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    table = topic_table(centre)
    assert table is not None
    topic = table.topics[0]
    assert {matter.pk for matter in topic.matters} == matters
    assert topic.rank == 1 and topic.people == 6 and "翠竹小区" in topic.place + topic.description


def test_a_later_run_continues_the_topic_and_keeps_its_id(built: House) -> None:
    for number in range(5):
        noise(number)
    first = topics_run().content["topics"][0]
    noise(5)
    second = topics_run().content["topics"][0]
    assert (second["id"], second["distinct"]) == (first["id"], 6)
    assert Document.objects.filter(kind="topics").count() == 1


def test_sealed_and_restricted_matters_are_in_no_topic(built: House) -> None:
    for number in range(6):
        noise(number, access=AccessClass.RESTRICTED if number % 2 else AccessClass.SEALED)
    found = topics_run()
    assert found.content == {"from": "2026-10-01", "messages": 0, "topics": []}


def test_a_post_reads_only_its_own_matters_and_their_words(built: House) -> None:
    for number in range(4):
        noise(number)
    noise(8, area_code=THERE)
    topics_run()
    there = scope(Duty.SUPERVISE, organisation=built.organisations[THERE])
    table = topic_table(there)
    assert table is not None
    topic = table.topics[0]
    assert (len(topic.matters), topic.hidden, topic.place) == (1, 4, "")
    assert topic.description == topic.matters[0].title
    nowhere = scope(Duty.SUPERVISE, organisation=built.organisations[COMMUNITIES[1]])
    with pytest.raises(NotVisible):
        topic_for(nowhere, topic.id)


def test_the_page_names_the_first_day_that_was_read(built: House) -> None:
    noise(1)
    centre = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    assert topics_run(days=5).content["from"] == "2026-11-18"
    client = client_of(centre)
    text = client.get(reverse("desk-topics")).content.decode()
    assert "自 2026-11-18 起 1 件事项" in text and "本季度" not in text
    # A short run that goes on from a longer one holds what that one read.
    with clock.fixed(make.MORNING + timedelta(days=2)):
        assert topics_run(days=3).content["from"] == "2026-11-18"
    with clock.fixed(make.MORNING + timedelta(days=20)):
        assert topics_run(days=3).content["from"] == "2026-12-10"
        assert topics_run().content["from"] == "2026-10-01"
    text = client.get(reverse("desk-topics")).content.decode()
    assert "自 2026-10-01 起" in text and "本季度热点问题" in text


def test_texts_of_past_quarters_are_not_kept(built: House) -> None:
    noise(1)
    topics_run()
    with clock.fixed(make.MORNING + timedelta(days=60)):
        topics_run()
    assert [file.name for file in (Path(settings.DATA) / "harm").iterdir()] == ["topics-2027-01.state"]
