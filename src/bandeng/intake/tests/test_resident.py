"""The resident's way in, as a browser without script walks it."""

import threading

import pytest
from django.test import Client
from django.utils import translation

from bandeng.areas.tests.factories import GRIDS, middle_of
from bandeng.dispatch.tests.factories import House, house
from bandeng.intake.services.drafts import title_of
from bandeng.intake.tests.reporting import LAMP, picture, sent, written
from bandeng.matters.models import Matter, MatterType, Photo, Report
from bandeng.matters.selectors import taxonomy
from bandeng.matters.tests.factories import matter_opened
from bandeng.people.models import Contact

pytestmark = pytest.mark.django_db
LONGITUDE, LATITUDE = middle_of(GRIDS[0])


@pytest.fixture
def built() -> House:
    return house()


def test_first_page_needs_no_account(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "反映一件事" in page.content.decode()


def test_pages_speak_english(client: Client, built: House) -> None:
    page = client.get("/report/", headers={"accept-language": "en"}).content.decode()
    assert "What do you want to report?" in page
    assert 'lang="en"' in page


def test_what_is_required(client: Client, built: House) -> None:
    page = client.post("/report/", {"text": " "})
    assert page.status_code == 422
    assert "请写下发生了什么" in page.content.decode()


def test_whole_way_opens_one_matter_with_its_place(client: Client, built: House) -> None:
    receipt = sent(client, longitude=LONGITUDE, latitude=LATITUDE)
    matter = Matter.objects.get()
    assert (matter.number, matter.title) == (receipt["number"], "古渡路58号门前的路灯三天不亮，晚上出行不便")
    assert matter.area_code == GRIDS[0]
    assert not Contact.objects.exists()
    page = client.get("/report/done/").content.decode()
    assert receipt["number"] in page and receipt["secret"] in page and "<svg" in page


def test_done_page_says_who_and_by_when(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    session = client.session
    session["report draft"] = {**session["report draft"], "type_code": "01.01.01"}
    session.save()
    written(client)
    client.post("/report/check/")
    page = client.get("/report/done/").content.decode()
    assert "前办结。" in page


@pytest.mark.parametrize("step", ["place", "contact", "check", "same", "more"])
def test_later_step_without_a_text_leads_to_the_first(client: Client, step: str) -> None:
    assert client.get(f"/report/{step}/").headers["Location"] == "/report/"


def test_sending_twice_makes_one_matter(client: Client, built: House) -> None:
    written(client)
    key = client.session["report draft"]["key"]
    first = client.post("/report/check/", {"key": key})
    second = client.post("/report/check/", {"key": key})
    assert first.headers["Location"] == second.headers["Location"] == "/report/done/"
    assert Matter.objects.count() == 1


def test_old_form_after_back_leads_to_the_receipt(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    key = client.session["report draft"]["key"]
    sent(client)
    assert client.post("/report/", {"text": LAMP, "key": key}).headers["Location"] == "/report/done/"
    assert client.get("/report/check/").headers["Location"] == "/report/done/"
    assert Matter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_double_click_makes_one_matter() -> None:
    house()
    client = Client()
    written(client)
    cookies = dict(client.cookies.items())
    found: list[int] = []

    def press() -> None:
        other = Client()
        other.cookies.load({name: value.value for name, value in cookies.items()})
        found.append(other.post("/report/check/").status_code)

    presses = [threading.Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert found == [302] * 4
    assert Matter.objects.count() == 1


def test_contact_is_sealed_and_a_phone_is_needed(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    client.post("/report/place/", {})
    assert client.post("/report/contact/", {"who": "named"}).status_code == 422
    client.post("/report/contact/", {"who": "named", "phone": "138 0000 0000", "name": "张女士"})
    client.post("/report/check/")
    contact = Contact.objects.get()
    assert "138" not in contact.sealed
    assert Report.objects.get().contact_id == contact.pk


def test_photos_go_along_and_disguised_files_are_refused(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    bad = picture(name="坏.jpg", cut=20)
    page = client.post("/report/place/", {"photos": [picture(), bad]})
    assert page.status_code == 422
    assert "坏.jpg" in page.content.decode()
    digest = client.session["report draft"]["photos"][0]["digest"]
    assert client.get(f"/report/photos/{digest}").headers["Content-Type"] == "image/jpeg"
    assert Client().get(f"/report/photos/{digest}").status_code == 404
    client.post("/report/place/", {})
    client.post("/report/contact/", {"who": "anonymous"})
    client.post("/report/check/")
    assert Photo.objects.get().phase == "report"


def test_photo_is_removed(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    client.post("/report/place/", {"photos": [picture()], "do": "photos"})
    digest = client.session["report draft"]["photos"][0]["digest"]
    client.post("/report/place/", {"remove": digest})
    assert client.session["report draft"]["photos"] == []


def test_who_stays_anonymous_is_not_held_up_by_what_is_left_in_the_fields(
    client: Client, built: House
) -> None:
    client.post("/report/", {"text": LAMP})
    client.post("/report/place/", {})
    left = {"name": "王" * 61, "phone": "12"}
    assert client.post("/report/contact/", {"who": "named", **left}).status_code == 422
    assert client.post("/report/contact/", {"who": "anonymous", **left}).status_code == 302
    client.post("/report/check/")
    assert Report.objects.count() == 1 and not Contact.objects.exists()


def test_point_outside_the_district_is_refused(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    assert client.post("/report/place/", {"longitude": "10", "latitude": "50"}).status_code == 422


def test_questions_of_the_likely_type_are_asked_and_kept(client: Client, built: House) -> None:
    question = {
        "key": "lamps",
        "zh": "有几盏灯不亮？",
        "en": "How many?",
        "kind": "number",
        "required": False,
    }
    MatterType.objects.filter(code="01.01.01").update(questions=[question])
    taxonomy.forget()
    client.post("/report/", {"text": LAMP})
    session = client.session
    session["report draft"] = {**session["report draft"], "type_code": "01.01.01"}
    session.save()
    assert "有几盏灯不亮" in client.get("/report/more/").content.decode()
    client.post("/report/more/", {"lamps": "3"})
    client.post("/report/place/", {})
    client.post("/report/contact/", {"who": "anonymous"})
    assert "有几盏灯不亮" in client.get("/report/check/").content.decode()
    client.post("/report/check/")
    assert Matter.objects.get().answers == {"lamps": "3"}


def test_likely_duplicate_is_offered_and_joined(client: Client, built: House) -> None:
    known = matter_opened(longitude=LONGITUDE, latitude=LATITUDE + 0.0003).matter
    client.post("/report/", {"text": LAMP})
    answer = client.post("/report/place/", {"longitude": LONGITUDE, "latitude": LATITUDE})
    assert answer.headers["Location"] == "/report/same/"
    assert known.number in client.get("/report/same/").content.decode()
    client.post("/report/same/", {"same": known.number})
    client.post("/report/contact/", {"who": "anonymous"})
    client.post("/report/check/")
    assert Matter.objects.count() == 1
    assert Matter.objects.get().report_count == 2
    assert client.session["report sent"]["joined"] is True


def test_none_of_these_is_not_asked_again(client: Client, built: House) -> None:
    matter_opened(longitude=LONGITUDE, latitude=LATITUDE)
    client.post("/report/", {"text": LAMP})
    place = {"longitude": LONGITUDE, "latitude": LATITUDE}
    client.post("/report/place/", place)
    client.post("/report/same/", {"same": ""})
    assert client.post("/report/place/", place).headers["Location"] == "/report/contact/"


def test_duplicates_already_shown_beside_the_map_are_not_shown_again(client: Client, built: House) -> None:
    matter_opened(longitude=LONGITUDE, latitude=LATITUDE)
    client.post("/report/", {"text": LAMP})
    place = {"longitude": LONGITUDE, "latitude": LATITUDE}
    client.get(f"/report/nearby?lon={LONGITUDE}&lat={LATITUDE}&text={LAMP}")
    assert client.post("/report/place/", place).headers["Location"] == "/report/contact/"


def test_joining_a_number_that_is_not_there_says_so(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    answer = client.post("/report/place/", {"same": "SJ-0000-0999-1"})
    assert answer.headers["Location"] == "/report/same/?closed=1"


def test_stored_script_is_shown_as_text(client: Client, built: House) -> None:
    written(client, text="<script>alert(1)</script> 路灯不亮很久了")
    assert "<script>alert(1)" not in client.get("/report/check/").content.decode()


def test_damaged_session_starts_anew(client: Client, built: House) -> None:
    client.post("/report/", {"text": LAMP})
    session = client.session
    session["report draft"] = {"text": LAMP, "unknown": 1, "key": "k"}
    session.save()
    assert client.get("/report/place/").status_code == 200


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("路灯不亮。很久了。", "路灯不亮"),
        ("！！！路灯", "！！！路灯"),
        ("长" * 60, "长" * 39 + "…"),
        ("一\n二", "一"),
    ],
)
def test_title_is_the_first_sentence(text: str, title: str) -> None:
    assert title_of(text) == title


def test_every_page_has_chinese_words(client: Client, built: House) -> None:
    with translation.override("zh-hans"):
        written(client)
        for address in ("/", "/report/", "/report/place/", "/report/contact/", "/report/check/", "/track/"):
            assert client.get(address).status_code == 200
