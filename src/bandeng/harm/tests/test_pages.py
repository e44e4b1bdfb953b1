"""Pages: who opens which, in how many queries, and what they never say."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bandeng.dispatch.tests.factories import House
from bandeng.harm.models import Alert, AlertStep, Letter, Pair, PairDecision, StreamRecord
from bandeng.harm.rules import AlertState
from bandeng.harm.services import casework, letters
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.services.studying import study_run
from bandeng.harm.services.topics import topics_run
from bandeng.harm.tests import factories as make
from bandeng.harm.tests.factories import client_of
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def issued(alert: Alert, of: Scope) -> letters.Issued:
    known: dict[str, Any] = {"alert_id": alert.pk, "actor": make.actor(of), "scope": of}
    casework.alert_move(target=AlertState.VERIFYING, note="到现场看过", **known)
    return letters.letter_issue(text="请说明退费安排", **known)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_desk_opens(overseer: Scope, language: str) -> None:
    alert = make.raised()
    topics_run()
    study_run(enterprises=60, seeds=(9001,))
    client = client_of(overseer, language=language)
    addresses = [
        reverse("desk-harm"), reverse("desk-harm") + "?kind=prepaid_cards&level=3&state=all&q=云杉",
        reverse("desk-harm-enterprises"), reverse("desk-harm-enterprise", args=[alert.enterprise.number]),
        reverse("desk-harm-pairs"), reverse("desk-harm-study"), reverse("desk-topics"),
        reverse("desk-harm-alert", args=[alert.pk]), reverse("desk-harm-act", args=[alert.pk, "verifying"]),
        reverse("desk-harm-act", args=[alert.pk, "assign"]), reverse("desk-harm-act", args=[alert.pk, "fact"]),
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        # No codes where words belong.
        assert not re.search(r">\s*(prepaid_cards|court_filings|verifying|urgent)\s*<", text), address


def test_the_board_asks_the_database_the_same_for_one_alert_and_for_many(
    overseer: Scope, django_assert_max_num_queries: Any
) -> None:
    alert = make.raised()
    for week in range(20):
        row = Alert.objects.get(pk=alert.pk)
        row.pk, row.first_week = None, week
        row.save()
    client = client_of(overseer)
    with django_assert_max_num_queries(20):
        client.get(reverse("desk-harm"))


def test_a_stranger_signs_in_and_a_hidden_alert_is_not_there(built: House) -> None:
    alert = make.raised()
    address = reverse("desk-harm-alert", args=[alert.pk])
    assert Client().get(address).status_code == 302
    for code, duty in ((make.OTHER_STREET, Duty.SUPERVISE), ("police", Duty.HANDLE)):
        client = client_of(scope(duty, organisation=built.organisations[code]))
        assert client.get(address).status_code == 404
        assert (
            client.post(
                reverse("desk-harm-act", args=[alert.pk, "verifying"]), {"text": "到现场看"}
            ).status_code
            == 404
        )
        assert (
            client.post(reverse("desk-harm-letter", args=[alert.pk]), {"text": "请说明"}).status_code == 404
        )
    grid = client_of(scope(Duty.REPORT, organisation=built.organisations[f"{make.COMMUNITY}001"]))
    assert grid.get(reverse("desk-harm")).status_code == 403
    alert.refresh_from_db()
    assert alert.state == "new" and not Letter.objects.exists()


def test_an_act_is_done_from_its_page_and_a_refusal_is_told(overseer: Scope) -> None:
    alert = make.raised()
    client = client_of(overseer)
    address = reverse("desk-harm-act", args=[alert.pk, "verifying"])
    assert client.post(address, {"text": "短"}).status_code == 422
    assert client.post(address, {"text": "核对门店和账户"}).status_code == 302
    alert.refresh_from_db()
    assert alert.state == "verifying"
    answer = client.post(
        reverse("desk-harm-act", args=[alert.pk, "closed"]), {"text": "已经处理", "outcome": "settled"}
    )
    assert answer.status_code == 422 and "听取企业意见" in answer.content.decode()


def test_the_code_is_shown_once_and_opens_the_enterprises_page(overseer: Scope) -> None:
    alert = make.raised()
    client = client_of(overseer)
    client.post(reverse("desk-harm-act", args=[alert.pk, "verifying"]), {"text": "核对门店和账户"})
    address = reverse("desk-harm-letter", args=[alert.pk])
    seen = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    assert seen is not None
    given = {"text": "请说明退费安排", "seen": seen[1]}
    # The button pressed twice: one letter, and its code is on the page that the second answer leads to.
    first, answer = client.post(address, given), client.post(address, given)
    assert first.status_code == answer.status_code == 302
    assert Letter.objects.count() == 1
    shown = client.get(answer["location"]).content.decode()
    found = re.search(r"data-letter-number>(\w+)<.*data-letter-code>(\w+)<", shown, re.DOTALL)
    assert found is not None
    number, secret = found.groups()
    assert client.get(answer["location"]).status_code == 302
    assert secret not in client.get(reverse("desk-harm-alert", args=[alert.pk])).content.decode()
    outside = Client(headers={"accept-language": "zh-hans"})
    assert outside.post(reverse("harm_letter"), {"number": number, "secret": secret}).status_code == 302
    assert outside.get(reverse("harm_letter_open")).status_code == 200


def test_the_enterprises_page_names_no_person_no_clue_no_matter_and_no_figure_of_the_method(
    overseer: Scope,
) -> None:
    alert = make.raised()
    make.record(stream="clues", code="", token="t", enterprise=alert.enterprise)
    letter = issued(alert, overseer)
    outside = Client(headers={"accept-language": "zh-hans"})
    outside.post(reverse("harm_letter"), {"number": letter.letter.number, "secret": letter.secret})
    text = outside.get(reverse("harm_letter_open")).content.decode()
    main = text[text.index("<main") :]
    assert make.GYM in main and "14 人反映" in main
    tokens = StreamRecord.objects.values_list("token", flat=True)
    phones = [make.phone_of(number) for number in range(14)]
    for word in ["线索", "某人", "第3次反映", f"{alert.log_odds:.1f}", *phones, *tokens[:5], "healthz"]:
        assert word not in main
    officer = Post.objects.get(pk=overseer.post_id).user.get_full_name()
    assert not officer or officer not in main


def test_one_letter_opens_no_other_and_nothing_without_its_code(overseer: Scope) -> None:
    alert = make.raised()
    issued(alert, overseer)
    outside = Client()
    assert outside.get(reverse("harm_letter_open")).status_code == 302
    assert (
        outside.post(reverse("harm_letter_answer"), {"text": "一切正常", "signed": "某"}).status_code == 302
    )
    assert Letter.objects.get().answered_at is None


def test_guessing_codes_is_stopped(overseer: Scope) -> None:
    letter = issued(make.raised(), overseer)
    outside = Client()
    wrong = {"number": letter.letter.number, "secret": "2" * 16}
    answers = [outside.post(reverse("harm_letter"), wrong).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    right = {"number": letter.letter.number, "secret": letter.secret}
    assert outside.post(reverse("harm_letter"), right).status_code == 429


def test_the_enterprise_answers_once_and_reads_what_came_of_it(overseer: Scope) -> None:
    alert = make.raised()
    letter = issued(alert, overseer)
    outside = Client(headers={"accept-language": "zh-hans"})
    outside.post(reverse("harm_letter"), {"number": letter.letter.number, "secret": letter.secret})
    assert outside.post(reverse("harm_letter_answer"), {"text": "", "signed": ""}).status_code == 422
    given = {"text": "<script>alert(1)</script>可以退费", "signed": "负责人"}
    assert outside.post(reverse("harm_letter_answer"), given).status_code == 302
    assert outside.post(reverse("harm_letter_answer"), given).status_code == 422
    letters.answer_consider(
        alert_id=alert.pk, letter_id=letter.letter.pk, text="已核实退费安排", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    text = outside.get(reverse("harm_letter_open")).content.decode()
    assert "已核实退费安排" in text and "<script>alert(1)" not in text
    page = client_of(overseer).get(reverse("desk-harm-alert", args=[alert.pk])).content.decode()
    assert "<script>alert(1)" not in page and "可以退费" in page


def test_pairs_and_undo_are_for_the_centre_alone(built: House, overseer: Scope) -> None:
    make.registered()
    make.record(name=make.GYM.removesuffix("有限公司"), code="", stream="matters")
    enterprises_resolve()
    client = client_of(overseer)
    text = client.get(reverse("desk-harm-pairs")).content.decode()
    address = re.search(r'action="(/desk/enterprises/pairs/\d+)"', text)
    assert address is not None
    street = client_of(scope(Duty.SUPERVISE, organisation=built.organisations[make.STREET]))
    assert street.post(address[1], {"do": "same"}).status_code == 404
    assert client.post(address[1], {"do": "same", "text": "同一家"}).status_code == 302
    assert client.post(address[1], {"do": "nonsense"}).status_code == 404
    assert "撤回判断" in client.get(reverse("desk-harm-pairs") + "?state=same").content.decode()


def test_a_reason_of_a_pair_is_clean_and_one_that_is_too_long_is_kept_and_refused(overseer: Scope) -> None:
    make.registered()
    make.record(name=make.GYM.removesuffix("有限公司"), code="", stream="matters")
    enterprises_resolve()
    pair = Pair.objects.get()
    client = client_of(overseer)
    address = reverse("desk-harm-pair", args=[pair.pk])
    response = client.post(address, {"do": "same", "text": "同" * 501})
    text = response.content.decode()
    assert response.status_code == 422 and "最多 500 字，现有 501 字" in text and "同" * 501 in text
    assert not PairDecision.objects.exists()
    assert client.post(address, {"do": "same", "text": "\x00同一家"}).status_code == 302
    assert PairDecision.objects.get().note == "同一家"


def test_an_act_sent_twice_is_done_once_and_another_officers_is_not_overrun(overseer: Scope) -> None:
    alert = make.raised()
    client = client_of(overseer)
    address = reverse("desk-harm-act", args=[alert.pk, "note"])
    seen = str(AlertStep.objects.latest("pk").pk)
    for _ in range(2):
        assert client.post(address, {"text": "已电话联系负责人", "seen": seen}).status_code == 302
    assert AlertStep.objects.filter(kind="noted").count() == 1
    answer = client.post(address, {"text": "准备明天约谈", "seen": seen})
    assert answer.status_code == 422 and "准备明天约谈" in answer.content.decode()


def test_a_fact_is_confirmed_and_taken_back_on_its_pages(overseer: Scope) -> None:
    alert = make.raised(9, filings=1)
    client = client_of(overseer)
    given = {"fact": "premises_closed", "cases": "1", "text": "现场照片三张"}
    assert client.post(reverse("desk-harm-act", args=[alert.pk, "fact"]), given).status_code == 302
    address = reverse("desk-harm-act", args=[alert.pk, "unfact"])
    page = client.get(address).content.decode()
    found = re.search(r'name="record" value="(\d+)"', page)
    assert found is not None and "经营场所关闭" in page
    assert client.post(address, {"record": found[1], "text": "认错了门牌"}).status_code == 302
    assert not StreamRecord.objects.filter(stream="facts").exists()


def test_what_makes_up_a_level_adds_up_on_the_page(overseer: Scope) -> None:
    alert = make.raised()
    text = client_of(overseer).get(reverse("desk-harm-alert", args=[alert.pk])).content.decode()
    part = text[text.index('id="parts"') :]
    body, foot = part[: part.index("</tbody>")], part[part.index("<tfoot>") : part.index("</tfoot>")]
    rows = [re.findall(r'figure-cell">([+−]?[0-9]+\.[0-9])<', row) for row in body.split("</tr>")]
    shown = sum(Decimal(row[0].replace("−", "-")) for row in rows if row)
    total = re.search(r'figure-cell">([+−]?[0-9.]+)<', foot)
    assert total is not None and shown == Decimal(total[1].replace("−", "-"))


def test_notices_wait_on_the_board_until_they_are_read(overseer: Scope) -> None:
    make.raised()
    client = client_of(overseer)
    text = client.get(reverse("desk-harm")).content.decode()
    keys = re.findall(r'name="notice" value="(\d+)"', text)
    assert keys and "新预警" in text
    assert client.post(reverse("desk-harm-notices"), {"notice": [*keys, "x", "9" * 40]}).status_code == 302
    assert not re.findall(r'name="notice"', client.get(reverse("desk-harm")).content.decode())
