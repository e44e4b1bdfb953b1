"""The reporter's pages: sealed from the first step, opened by number and code, guessed by nobody."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.models import Attachment, Clue, ClueMessage, ClueStep, Opening, Trace
from bandeng.clues.services import triage
from bandeng.clues.services.attachments import folder
from bandeng.clues.tests.factories import (
    MORNING,
    NAME,
    PHONE,
    STREET,
    TEXT,
    District,
    actor,
    client_of,
    district,
    later,
    named,
    picture,
    receipt,
)
from bandeng.clues.views.drafts import draft_read
from bandeng.core import clock
from bandeng.core.models import AuditEntry, OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def filled(client: Client, built: District, *, text: str = TEXT, **who: str) -> None:
    """Everything up to the last page."""
    client.post("/clues/report/", {"kind": "fraud", "text": text})
    about = {
        "accused": "星河优品",
        "organisation": str(built.id_of(STREET)),
        "area": COMMUNITIES[0],
        "place": "古渡路",
    }
    client.post("/clues/report/about/", {**about, "pictures": picture()})
    client.post("/clues/report/who/", who or {"who": "named", "name": NAME, "phone": PHONE})


def sent(client: Client, built: District, **who: str) -> tuple[str, str]:
    """Number and code of a clue sent through the pages."""
    filled(client, built, **who)
    client.post("/clues/report/check/")
    page = client.get("/clues/report/done/").context["receipt"]
    return page["number"], page["secret"]


def opened(number: str, secret: str) -> Client:
    """A browser with the mailbox open."""
    client = Client()
    client.post("/clues/mailbox/", {"number": number, "secret": secret})
    return client


def everything_stored() -> str:
    """All that a thief of the tables and of the session table reads."""
    tables = (Clue, ClueMessage, ClueStep, Opening, Trace, Attachment, AuditEntry, OutboxEvent, Session)
    rows = "\n".join(str(row) for table in tables for row in table.objects.values())
    sessions = "\n".join(str(each.get_decoded()) for each in Session.objects.all())
    return rows + sessions


def test_whole_way_and_nothing_readable_is_stored(built: District) -> None:
    number, secret = sent(Client(), built)
    opened(number, secret).post("/clues/mailbox/write", {"text": "对方又打来电话，声称要起诉。"})
    stored = everything_stored()
    told = [
        word
        for word in (NAME, PHONE, secret, "星河优品", "13800001111", "古渡路", "又打来电话", "客服")
        if word in stored
    ]
    assert told == []
    assert Clue.objects.get().named


def test_draft_is_sealed_in_the_session_before_it_is_sent(built: District) -> None:
    filled(Client(), built)
    assert not [word for word in (NAME, PHONE, "星河", "客服") if word in everything_stored()]
    assert Clue.objects.count() == 0


def test_pictures_on_the_disk_are_no_pictures(built: District) -> None:
    sent(Client(), built)
    for path in folder().glob("*.sealed"):
        content = path.read_bytes()
        assert not content.startswith(b"\xff\xd8") and b"JFIF" not in content
        assert path.stat().st_mode & 0o077 == 0


def test_mailbox_opens_with_its_code_however_it_is_typed(built: District) -> None:
    number, secret = sent(Client(), built)
    page = opened(number.lower().replace("-", " "), f" {secret[:6]} {secret[6:].lower()}").get(
        "/clues/mailbox/open/"
    )
    text = page.content.decode()
    assert page.status_code == 200 and number in text
    assert NAME not in text and PHONE not in text and secret not in text


def test_wrong_code_unknown_number_and_no_number_are_told_alike(built: District) -> None:
    number = receipt().number
    answers = [
        Client().post("/clues/mailbox/", {"number": each, "secret": "ABCDEFGHJKMN"})
        for each in (number, "XS-2222-2222-0", "nonsense")
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert all("编号和密码不符" in answer.content.decode() for answer in answers)


def test_unknown_number_costs_the_same_work(built: District, monkeypatch: pytest.MonkeyPatch) -> None:
    from bandeng.clues import vault

    made: list[str] = []
    slow = vault._scrypt

    def counted(secret: str, salt: bytes) -> bytes:
        made.append(secret)
        return slow(secret, salt)

    monkeypatch.setattr(vault, "_scrypt", counted)
    number = receipt().number
    made.clear()
    for each in (number, "XS-2222-2222-0", "nonsense"):
        Client().post("/clues/mailbox/", {"number": each, "secret": "ABCDEFGHJKMN"})
    assert len(made) == 3


def test_guessing_is_stopped_for_an_address_and_for_a_number(built: District) -> None:
    number, secret = sent(Client(), built)
    codes = [
        Client(REMOTE_ADDR=f"10.0.0.{place}").post(
            "/clues/mailbox/", {"number": number, "secret": f"ABCDEFGHJK{place:02d}"}
        )
        for place in range(10)
    ]
    assert {each.status_code for each in codes} == {422}
    stopped = Client(REMOTE_ADDR="10.0.0.99").post("/clues/mailbox/", {"number": number, "secret": secret})
    assert stopped.status_code == 429 and stopped.headers["Retry-After"]
    with later(minutes=16):
        assert opened(number, secret).get("/clues/mailbox/open/").status_code == 200


def test_letters_go_both_ways_masked_and_with_pictures(built: District) -> None:
    known = named()
    client = opened(known.number, known.secret)
    client.post(
        "/clues/mailbox/write",
        {"text": f"我是{NAME}，电话{PHONE}，骗子换了号 13700002222。", "pictures": picture()},
    )
    triage.clue_reply(
        number=known.number, text="请问转账在哪一天？", actor=actor(built.receiver), scope=built.receiver
    )
    page = client.get("/clues/mailbox/open/").content.decode()
    assert "请问转账在哪一天" in page and "13700002222" in page
    assert actor(built.receiver).name not in page
    officer = client_of(built.receiver).get(f"/desk/clues/{known.number}/").content.decode()
    assert "13700002222" in officer and NAME not in officer and PHONE not in officer
    key = Attachment.objects.get().pk
    assert client.get(f"/clues/mailbox/pictures/{key}").headers["Content-Type"] == "image/jpeg"
    assert Client().get(f"/clues/mailbox/pictures/{key}").status_code == 404


def test_another_mailbox_does_not_serve_my_pictures(built: District) -> None:
    mine, other = named(), receipt()
    opened(mine.number, mine.secret).post("/clues/mailbox/write", {"text": "见图片", "pictures": picture()})
    key = Attachment.objects.get().pk
    assert opened(other.number, other.secret).get(f"/clues/mailbox/pictures/{key}").status_code == 404


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00", b"<svg onload=alert(1)>", b"\xff\xd8\xff" + b"\x00" * 50, b""]
)
def test_files_that_are_no_pictures_are_refused(built: District, content: bytes) -> None:
    known = named()
    file = SimpleUploadedFile("图.jpg", content, content_type="image/jpeg")
    answer = opened(known.number, known.secret).post(
        "/clues/mailbox/write", {"text": "见图片", "pictures": file}
    )
    assert answer.status_code == 422 and not Attachment.objects.exists()


def test_mailbox_closes_by_itself_and_when_left(built: District) -> None:
    known = receipt()
    client = opened(known.number, known.secret)
    with later(minutes=31):
        assert client.get("/clues/mailbox/open/").status_code == 302
    client = opened(known.number, known.secret)
    client.post("/clues/mailbox/leave")
    assert client.get("/clues/mailbox/open/").status_code == 302
    assert client.post("/clues/mailbox/write", {"text": "还在吗"}).status_code == 302
    assert not ClueMessage.objects.exists()


def test_code_is_in_no_address_and_shown_until_the_mailbox_opens(built: District) -> None:
    client = Client()
    number, secret = sent(client, built)
    answer = client.post("/clues/mailbox/", {"number": number, "secret": secret})
    assert secret not in answer.headers["Location"] and number not in answer.headers["Location"]
    assert client.get("/clues/report/done/").status_code == 302


def test_steps_cannot_be_skipped(built: District) -> None:
    client = Client()
    for path in ("about", "who", "check", "done"):
        assert client.get(f"/clues/report/{path}/").status_code == 302
    client.post("/clues/report/", {"kind": "fraud", "text": TEXT})
    assert client.get("/clues/report/check/").headers["Location"] == "/clues/report/who/"


def test_sending_twice_makes_one_clue(built: District) -> None:
    client = Client()
    sent(client, built)
    assert client.post("/clues/report/check/").headers["Location"] == "/clues/report/done/"
    assert Clue.objects.count() == 1


def test_sending_is_limited(built: District) -> None:
    client = Client()
    for _ in range(20):
        receipt_page = sent(client, built, who="anonymous")
        assert receipt_page
    filled(client, built, who="anonymous")
    assert client.post("/clues/report/check/").status_code == 429


def test_named_clue_needs_name_and_phone(built: District) -> None:
    client = Client()
    client.post("/clues/report/", {"kind": "fraud", "text": TEXT})
    assert client.post("/clues/report/who/", {"who": "named", "name": NAME, "phone": ""}).status_code == 422
    assert client.post("/clues/report/who/", {"who": "anonymous", "name": NAME}).status_code == 302
    client.post("/clues/report/check/")
    clue = Clue.objects.get()
    assert not clue.named and clue.sealed_identity == ""


def test_who_stays_anonymous_is_not_held_up_by_what_is_left_in_the_fields(built: District) -> None:
    client, left = Client(), {"name": "王" * 61, "phone": "12"}
    client.post("/clues/report/", {"kind": "fraud", "text": TEXT})
    assert client.post("/clues/report/who/", {"who": "named", **left}).status_code == 422
    assert client.post("/clues/report/who/", {"who": "anonymous", **left}).status_code == 302
    client.post("/clues/report/check/")
    clue = Clue.objects.get()
    assert not clue.named and clue.sealed_identity == ""


def test_a_name_left_in_the_fields_of_an_anonymous_clue_is_stored_nowhere(built: District) -> None:
    client, left = Client(), {"name": NAME, "phone": PHONE}
    client.post("/clues/report/", {"kind": "fraud", "text": TEXT})
    client.post("/clues/report/who/", {"who": "named", **left})
    client.post("/clues/report/who/", {"who": "anonymous", **left})
    draft = draft_read(client.session)
    assert draft.anonymous and (draft.name, draft.phone) == ("", "")
    shown = client.get("/clues/report/who/").content.decode()
    assert 'class="contact-fields"' in shown and NAME not in shown and PHONE not in shown
    client.post("/clues/report/check/")
    clue = Clue.objects.get()
    assert (clue.named, clue.sealed_identity, clue.feedback_due_at) == (False, "", None)


def test_the_table_holds_the_limit_of_a_named_clue(built: District) -> None:
    row = Clue.objects.get(number=named().number)
    assert row.feedback_due_at is not None and (row.feedback_due_at - MORNING).days in {29, 30}
    assert Clue.objects.get(number=receipt().number).feedback_due_at is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clues_clue")
        assert cursor.fetchone()[0] == 2
