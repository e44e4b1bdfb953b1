"""The board's list: what an empty one says, what is marked late, rows that fit a phone."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bandeng.dispatch.tests.factories import House
from bandeng.harm.models import Alert
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.tests import factories as make
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
USUAL, NONE_FITS = "这里没有预警，这是常态。", "没有符合这些条件的预警。"


@pytest.fixture
def client(built: House) -> Client:
    return make.client_of(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))


def due(alert: Alert, **span: float) -> None:
    Alert.objects.filter(pk=alert.pk).update(due_at=make.MORNING + timedelta(**span))


@pytest.mark.parametrize("query", ["q=别的企业", "kind=wage_arrears", "level=1", "state=acting"])
def test_a_list_that_filters_emptied_says_so_and_offers_to_clear_them(client: Client, query: str) -> None:
    make.raised()
    shown = client.get(f"{reverse('desk-harm')}?{query}").content.decode()
    assert NONE_FITS in shown and USUAL not in shown
    assert "符合条件的企业风险预警 0 件" in shown
    assert re.search(rf'href="{reverse("desk-harm")}">清除条件<', shown)


@pytest.mark.parametrize("query", ["", "state=all", "kind=&level=&state="])
def test_a_list_that_is_empty_by_itself_says_that_this_is_usual(client: Client, query: str) -> None:
    shown = client.get(f"{reverse('desk-harm')}?{query}").content.decode()
    assert USUAL in shown and NONE_FITS not in shown


def test_what_is_late_is_marked_in_the_list_and_on_the_alerts_page(client: Client) -> None:
    alert = make.raised()
    addresses = [reverse("desk-harm"), reverse("desk-harm-alert", args=[alert.pk])]
    due(alert, days=-2)
    for address in addresses:
        shown = client.get(address).content.decode()
        assert re.search(r'<span class="overdue">已超期，应于 <time[^>]*>2026-11-21</time></span>', shown), (
            address
        )
    due(alert, days=2)
    for address in addresses:
        shown = client.get(address).content.decode()
        assert "2026-11-25</time>" in shown and "已超期" not in shown, address


def test_figures_that_lose_their_heads_on_a_phone_carry_them_along(client: Client) -> None:
    make.raised()
    shown = client.get(reverse("desk-harm")).content.decode()
    assert shown.count("records records-cards") == 2
    for head in ("紧急", "合计", "十二周人数", "期限"):
        assert f'data-label="{head}"' in shown


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("suggested", "没有等待人工判断的记录。"),
        ("same", "还没有人工判断为同一家企业的记录。"),
        ("different", "还没有人工判断为两家企业的记录。"),
    ],
)
def test_an_empty_tab_of_pairs_says_what_is_missing(client: Client, state: str, words: str) -> None:
    assert words in client.get(f"{reverse('desk-harm-pairs')}?state={state}").content.decode()


def test_the_reason_for_a_judgement_has_a_label_that_stays(client: Client) -> None:
    make.registered()
    make.record(name=make.GYM.removesuffix("有限公司"), code="", stream="matters")
    enterprises_resolve()
    shown = client.get(reverse("desk-harm-pairs")).content.decode()
    assert re.search(r'<label[^>]*><span class="field-label">理由</span><input[^>]* name="text"', shown)
    assert 'placeholder="理由"' not in shown
