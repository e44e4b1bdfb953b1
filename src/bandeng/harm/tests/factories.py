"""A small district with enterprises, and what streams say of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.test import Client

from bandeng.accounts.middleware import FACTOR_KEY
from bandeng.areas.tests.factories import COMMUNITIES, STREETS
from bandeng.core.rules import Actor
from bandeng.harm.models import Alert, StreamRecord
from bandeng.harm.services.raising import harm_run
from bandeng.harm.sources import voice
from bandeng.matters.rules import AccessClass
from bandeng.matters.tests.factories import matter_opened, matter_type
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, ten o'clock in the district
TODAY = date(2026, 11, 23)
GYM, CODE = "澜州云杉健身服务有限公司", "91990199MAK4KTGN5T"
SITE, SITE_CODE = "澜州金桥建筑工程有限公司", "91990199MA3GXY982H"
STREET, OTHER_STREET = STREETS
COMMUNITY = COMMUNITIES[0]
_NUMBERS = count(1)


def record(**changes: Any) -> StreamRecord:
    """A stream record of the gym, saved."""
    number = next(_NUMBERS)
    standard: dict[str, Any] = {
        "key": f"tests:{number}", "stream": "court_filings", "kind": "prepaid_cards", "name": GYM, "code": CODE,
        "token": voice("tests", str(number)), "happened_on": TODAY - timedelta(days=7), "area_code": STREET,
    }  # fmt: skip
    return StreamRecord.objects.create(**standard | changes)


def registered(name: str = GYM, code: str = CODE, **changes: Any) -> StreamRecord:
    """An extract of the registry."""
    standard: dict[str, Any] = {
        "stream": "registry", "kind": "", "name": name, "code": code, "address": "春和路5号2幢301室",
        "exposure": {"customers": 600, "employees": 60, "buyers": 100}, "happened_on": date(2025, 3, 3),
    }  # fmt: skip
    return record(**standard | changes)


def complaint(number: int, *, days_ago: int = 3, phone: str = "", **changes: Any) -> Any:
    """A matter about the gym's cards, by a person with this phone."""
    standard: dict[str, Any] = {
        "title": "健身房预付卡退费难",
        "text": f"我在{GYM}办的卡，门店关门了，退不了钱。第{number}次反映。",
        "reported_at": MORNING - timedelta(days=days_ago),
    }
    ruling = {"type_code": "08.01.02", **changes.pop("ruling", {})}
    opened = matter_opened(ruling=ruling, **standard | changes)
    type(opened.matter).objects.filter(pk=opened.matter.pk).update(
        opened_at=MORNING - timedelta(days=days_ago), area_code=changes.get("area_code", COMMUNITY)
    )
    type(opened.report).objects.filter(pk=opened.report.pk).update(
        reported_at=MORNING - timedelta(days=days_ago), contact_id=contact_of(phone) if phone else None
    )
    return opened


def contact_of(phone: str) -> int:
    """The key of a sealed contact with this phone. What scores may not import people, not even here."""
    contacts = apps.get_model("people", "Contact").objects
    values = {"sealed": f"sealed {phone}", "phone_digest": f"digest {phone}", "keep_until": date(2029, 1, 1)}
    return int(contacts.create(created_at=MORNING, **values).pk)


def phone_of(number: int) -> str:
    """The phone of one of many people."""
    return f"139{number:08d}"


def prepaid_type() -> None:
    """The type of matters about prepaid cards."""
    matter_type(code="08", level=1, name="市场监管")
    matter_type(code="08.01", level=2, name="消费维权")
    matter_type(code="08.01.02", level=3, name="预付消费", access=AccessClass.OPEN)


def many_complaints(people: int = 14, *, filings: int = 3) -> None:
    """So many different people within three weeks, and some court filings of two claimants."""
    registered()
    for number in range(people):
        complaint(number, days_ago=1 + number % 20, phone=phone_of(number))
    for _ in range(filings):
        record(stream="court_filings", people=2)


def raised(people: int = 14, *, filings: int = 3) -> Alert:
    """The alert that comes of it."""
    many_complaints(people, filings=filings)
    harm_run()
    return Alert.objects.select_related("enterprise").get(kind="prepaid_cards")


def alert_of(firm: Any, *, first_week: int) -> Alert:
    """An alert of an enterprise, saved as it is."""
    return Alert.objects.create(
        enterprise=firm, kind="prepaid_cards", level=2, first_week=first_week, last_week=first_week + 9,
        peak_week=first_week + 5, log_odds=1.0, prior_log_odds=-5.5, people=9, usual_people=1.0, basis="tests",
        raised_at=MORNING, changed_at=MORNING,
    )  # fmt: skip


def actor(of: Scope) -> Actor:
    """The person of a scope, acting."""
    return Actor(of.actor, Post.objects.get(pk=of.post_id).user.get_full_name(), of.organisation_id)


def client_of(of: Scope, *, language: str = "zh-hans") -> Client:
    """A browser in which the person of a scope is logged in."""
    client = Client(headers={"accept-language": language})
    client.force_login(Post.objects.get(pk=of.post_id).user)
    session = client.session
    session[FACTOR_KEY] = "fine"
    session.save()
    return client
