"""Pages of matter types: the tree, one type, a version that is looked at before it is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import House, house
from bandeng.matters.models import MatterType
from bandeng.matters.selectors import taxonomy
from bandeng.matters.tests.factories import new_matter
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import today
from bandeng.organisations.tests.factories import CENTRE, post

pytestmark = pytest.mark.django_db
LAMPS = "/desk/types/01.01.01/"


@pytest.fixture
def built(client: Client, settings: Any) -> House:
    settings.DEMO = True  # spares the second factor, which has tests of its own
    ready = house()
    client.force_login(post(Duty.RULES, organisation=ready.organisations[CENTRE]).user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    return ready


def given(client: Client, path: str, **changes: str) -> dict[str, str]:
    """What a browser would send of the form as it is shown."""
    context = client.get(path).context
    form, questions = context["form"], context["questions"]
    bound = [*form, *questions.management_form, *(field for each in questions for field in each)]
    values = {each.html_name: each.value() for each in bound}
    sent = {name: str(value) for name, value in values.items() if value not in (None, False)}
    return {**sent, "reason": "路灯移交住建", **changes}


def test_tree_shows_three_levels_and_finds(client: Client, built: House) -> None:
    page = client.get("/desk/types/").content.decode()
    assert "城乡建设" in page and "路灯" in page and "3 个工作日" in page
    found = client.get("/desk/types/?name=路灯").content.decode()
    assert "路灯" in found and "市政设施" in found and "道路" not in found
    assert "没有这个名称的类别" in client.get("/desk/types/?name=%00没有").content.decode()


def test_type_page_tells_what_it_asks_and_who_leads(client: Client, built: House) -> None:
    page = client.get(LAMPS).content.decode()
    for words in ("生效中", "有几盏灯不亮", "受理时限", "普通：", "2026-01-01"):
        assert words in page
    assert client.get("/desk/types/77/").status_code == 404


def test_version_is_looked_at_first_and_then_kept(client: Client, built: House) -> None:
    matter_intake(new=new_matter(type_code="01.01.01"), actor=SYSTEM)
    sent = given(client, f"{LAMPS}version", limit_handle="1 个工作日", lead_code="housing")
    looked = client.post(f"{LAMPS}version", {**sent, "look": "1"}).content.decode()
    assert "1 个工作日" in looked and "3 个工作日" in looked and "在办 1 件" in looked
    assert MatterType.objects.filter(code="01.01.01").count() == 1
    assert client.post(f"{LAMPS}version", {**sent, "save": "1"}).headers["Location"] == LAMPS
    row = MatterType.objects.get(code="01.01.01", valid_from=today() + timedelta(days=1))
    assert (row.limits["handle"], row.lead_code) == ("1wd", "housing")
    assert row.questions == taxonomy().by_code["01.01.01"].questions
    assert "未生效" in client.get(LAMPS).content.decode()
    client.post(f"{LAMPS}withdraw", {"version": row.pk, "reason": "写错了"})
    assert MatterType.objects.get(code="01.01.01").valid_to is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_from": "2026-01-02"}, "最早从明天起"),
        ({"limit_handle": "很快"}, "工作日"),
        ({}, "没有差别"),
        ({"lead_code": "nobody"}, ""),
        (
            {"question-0-zh": "几盏", "question-0-kind": "choice", "question-0-choices": "一"},
            "至少写两个选项",
        ),
    ],
)
def test_version_refused_keeps_what_was_typed(
    client: Client, built: House, changes: dict[str, str], words: str
) -> None:
    sent = given(client, f"{LAMPS}version", **changes)
    answer = client.post(f"{LAMPS}version", {**sent, "save": "1"})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert MatterType.objects.filter(code="01.01.01").count() == 1


def test_new_type_with_a_question_of_its_own(client: Client, built: House) -> None:
    path = "/desk/types/new?above=01.01"
    sent = given(client, path, name="智慧灯杆", lead_code="local_street")
    last = int(sent["question-TOTAL_FORMS"]) - 1
    asked = {f"question-{last}-zh": "灯杆编号", f"question-{last}-kind": "text"}
    assert client.post(path, {**sent, **asked, "look": "1"}).status_code == 200
    assert client.post(path, {**sent, **asked, "save": "1"}).status_code == 302
    row = MatterType.objects.get(name="智慧灯杆")
    assert row.questions[-1]["zh"] == "灯杆编号" and row.questions[-1]["key"] == "question_1"
    assert "智慧灯杆" in client.get("/desk/types/").content.decode()
    assert client.get("/desk/types/new?above=01.01.01").status_code == 404


def test_only_keepers_of_the_rules(client: Client, built: House) -> None:
    row = MatterType.objects.get(code="01.01.01")
    client.force_login(post(Duty.SUPERVISE, organisation=built.organisations[CENTRE]).user)
    for path in ("/desk/types/", LAMPS, f"{LAMPS}version", "/desk/types/new"):
        assert client.get(path).status_code == 403
    assert client.post(f"{LAMPS}withdraw", {"version": row.pk}).status_code == 403


def test_matters_page_shows_nothing_of_a_coming_version(client: Client, built: House) -> None:
    sent = given(client, f"{LAMPS}version", name="灯具")
    client.post(f"{LAMPS}version", {**sent, "save": "1"})
    assert taxonomy().by_code["01.01.01"].name == "路灯"
    with clock.fixed(clock.now() + timedelta(days=1)):
        taxonomy.forget()
        assert taxonomy().by_code["01.01.01"].name == "灯具"
