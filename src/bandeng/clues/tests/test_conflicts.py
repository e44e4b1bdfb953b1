"""The accused tries: by lists, search, counts, numbers, pictures, links, another post, another office."""

from collections.abc import Iterator

import pytest

from bandeng.areas.tests.factories import COMMUNITIES, GRIDS
from bandeng.clues.models import Accusation, Attachment, Clue
from bandeng.clues.rules import CLUE_DUTIES, ActNotAllowed, ClueKind, ClueState
from bandeng.clues.selectors import NotVisible, clue_for, visible_clues
from bandeng.clues.selectors.figures import month_table
from bandeng.clues.selectors.inbox import Box, box_counts, searched
from bandeng.clues.selectors.page import assignable, links_of
from bandeng.clues.selectors.signals import signals
from bandeng.clues.selectors.visibility import receivers_left
from bandeng.clues.services import hiding, triage
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    STREET,
    SUPERVISING,
    TEXT,
    District,
    assigned,
    by,
    client_of,
    clue,
    district,
    later,
    receipt,
    waiting,
)
from bandeng.core import clock
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty
from bandeng.organisations.selectors import directory, scope_of
from bandeng.organisations.tests.factories import CENTRE, post

pytestmark = pytest.mark.django_db
MARK = "石榴籽"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def test_receiving_centre_sees_and_a_department_only_what_it_was_given(built: District) -> None:
    row = clue()
    police, other = built.scope("police", *HANDLING), built.scope("housing", *HANDLING)
    assert visible_clues(built.receiver).get() == row
    assert not visible_clues(police).exists()
    given = assigned(built)
    assert visible_clues(police).get() == given
    assert not visible_clues(other).exists()


def test_without_a_duty_for_clues_nobody_sees_anything(built: District) -> None:
    assigned(built)
    for office in (CENTRE, "police", STREET):
        scope = built.scope(office, *(duty for duty in Duty if duty not in CLUE_DUTIES))
        assert not visible_clues(scope).exists()


def test_accused_office_finds_nothing_anywhere(built: District) -> None:
    row = clue(
        kind=ClueKind.OTHER, text=f"{MARK}：窗口收钱才办事，大家都知道。", organisation_id=built.id_of(CENTRE)
    )
    accused = client_of(built.receiver)
    for path in ("/desk/clues/", "/desk/clues/?box=ended", f"/desk/clues/?q={MARK}", f"/desk/clues/?q={row.number}",
                 "/desk/clues/openings/", "/desk/clues/figures/", "/desk/fraud/"):  # fmt: skip
        page = accused.get(path)
        assert page.status_code == 200, path
        assert f"/desk/clues/{row.number}/" not in page.content.decode(), path
        assert f"{MARK}：" not in page.content.decode(), path
    assert box_counts(built.receiver) == dict.fromkeys(Box, 0)
    assert searched(built.receiver, words=MARK) == []


@pytest.mark.parametrize(
    "act", ["", "accept", "assign", "reject", "open", "reply", "link", "lift", "pictures/1"]
)
def test_hidden_clue_answers_like_one_that_is_not_there(built: District, act: str) -> None:
    row = clue(organisation_id=built.id_of(CENTRE))
    accused = client_of(built.receiver)
    for method in (accused.get, accused.post):
        hidden, missing = (
            method(f"/desk/clues/{row.number}/{act}"),
            method(f"/desk/clues/XS-2222-2222-0/{act}"),
        )
        assert hidden.status_code == missing.status_code
        assert hidden.status_code in {404, 405}
    row.refresh_from_db()
    assert row.state == ClueState.RECEIVED


def test_pictures_of_a_hidden_clue_are_not_served(built: District) -> None:
    row = clue(organisation_id=built.id_of(CENTRE), pictures=[waiting()])
    key = Attachment.objects.get(clue=row).pk
    assert client_of(built.receiver).get(f"/desk/clues/{row.number}/pictures/{key}").status_code == 404


def test_another_post_of_an_accused_persons_does_not_help(built: District) -> None:
    row = clue(organisation_id=built.id_of(STREET))
    person = Post.objects.get(pk=built.scope(STREET, Duty.HANDLE).post_id).user
    second = post(*SUPERVISING, organisation=built.house.organisations[CENTRE], user=person)
    with pytest.raises(NotVisible):
        clue_for(scope_of(second), row.number)
    client = client_of(scope_of(second))
    client.post("/account/post/", {"post": second.pk})
    assert client.get(f"/desk/clues/{row.number}/").status_code == 404


def test_leaving_the_accused_office_does_not_help(built: District) -> None:
    row = clue(organisation_id=built.id_of(STREET))
    left = Post.objects.get(pk=built.scope(STREET, Duty.HANDLE).post_id)
    left.until = left.since
    left.save()
    second = post(*SUPERVISING, organisation=built.house.organisations[CENTRE], user=left.user)
    with pytest.raises(NotVisible):
        clue_for(scope_of(second), row.number)


def test_those_below_the_accused_office_see_nothing(built: District) -> None:
    row = assigned(built, COMMUNITIES[0])
    below = built.scope(COMMUNITIES[0], *HANDLING)
    assert clue_for(below, row.number) == row
    known = by(built.receiver, row.number)
    hiding.accusation_add(organisation_id=built.id_of(STREET), reason="材料里写明是街道的人收钱", **known)
    row.refresh_from_db()
    assert (row.state, row.lead) == (ClueState.ACCEPTED, None)
    with pytest.raises(NotVisible):
        clue_for(below, row.number)


def test_named_staff_and_their_office_are_shut_out(built: District) -> None:
    named = Post.objects.get(pk=built.scope("police", *SUPERVISING).post_id)
    named.user.name = "司徒静远"
    named.user.save()
    row = clue(kind=ClueKind.MISCONDUCT, text="办案的人收了对方的钱，压着不办。", accused="司徒静远")
    assert Accusation.objects.filter(clue=row, user=named.user).exists()
    assert Accusation.objects.filter(clue=row, organisation=named.organisation).exists()
    assert not visible_clues(scope_of(named)).exists()


@pytest.mark.parametrize(
    "written",
    [
        "司 徒 静 远",
        "司徒　静远",
        "司徒·静远",
        "司徒\n静远",
        "司-徒静远",
        "司徒\u200b静\u3164远",
        "【司徒】静远",
    ],
)
def test_staff_are_shut_out_however_their_name_is_written(built: District, written: str) -> None:
    named = Post.objects.get(pk=built.scope("police", *SUPERVISING).post_id)
    named.user.name = "司徒静远"
    named.user.save()
    said = clue(kind=ClueKind.MISCONDUCT, text="办案的人收了对方的钱，压着不办。", accused=written)
    read = clue(kind=ClueKind.MISCONDUCT, text=f"办案的{written}收了对方的钱，压着不办。")
    for row in (said, read):
        assert Accusation.objects.filter(clue=row, user=named.user).exists()
    assert Accusation.objects.filter(clue=said, organisation=named.organisation).exists()


def test_account_that_is_switched_off_still_belongs_to_the_accused(built: District) -> None:
    named = Post.objects.get(pk=built.receiver.post_id)
    named.user.name, named.user.is_active = "司徒静远", False
    named.user.save()
    said = clue(kind=ClueKind.MISCONDUCT, text="他收了老板的钱，多次帮人改材料。", accused="司徒静远")
    read = clue(text="骗子说认识中心的司徒静远，让我放心转钱。")
    named.user.is_active = True
    named.user.save()
    assert not visible_clues(built.receiver).exists()
    assert Accusation.objects.filter(clue=said, organisation=named.organisation).exists()
    assert visible_clues(built.approver).get() == read


def called(
    built: District, code: str, *, name: str, short_name: str, name_en: str, short_name_en: str
) -> None:
    """Give an office the names that it has in a real district."""
    row = built.house.organisations[code]
    row.name, row.short_name, row.name_en, row.short_name_en = name, short_name, name_en, short_name_en
    row.save()
    directory.forget()


@pytest.fixture
def named_offices(built: District) -> District:
    called(
        built, "police", name="明湖区公安分局", short_name="公安", name_en="Public Security Bureau",
        short_name_en="Police",
    )  # fmt: skip
    called(
        built, CENTRE, name="明湖区社会治理中心", short_name="区治理中心", name_en="District Governance Centre",
        short_name_en="District Centre",
    )  # fmt: skip
    return built


@pytest.mark.parametrize(
    "written",
    ["公安", "公 安", "公安局", "公安分局", "明湖公安", "区公安局", "明湖区 公安分局", "杭州市公安局明湖分局", "police",
     "Public Security bureau"],
)  # fmt: skip
def test_department_is_shut_out_by_whatever_it_is_called(named_offices: District, written: str) -> None:
    row = clue(kind=ClueKind.OTHER, text="那里的人收了老板的钱，多次帮人改材料。", accused=written)
    assert Accusation.objects.get(clue=row).organisation_id == named_offices.id_of("police")
    assert "police" not in {each.code for each in assignable(row)}


@pytest.mark.parametrize(
    "written",
    ["区治理中心", "区 治理中心", "治理中心", "治理中心的人", "区治\u2060理中心", "the District governance\ncentre"],
)  # fmt: skip
def test_receiving_centre_is_shut_out_by_whatever_it_is_called(named_offices: District, written: str) -> None:
    told = {"kind": ClueKind.MISCONDUCT, "text": "那里的人收了老板的钱，多次帮人改材料。"}
    assert not receipt(**told, accused=written).received_here
    assert not receipt(kind=ClueKind.MISCONDUCT, text=f"{written}有人收了老板的钱。").received_here
    assert not visible_clues(named_offices.receiver).exists()


def test_centre_is_shut_out_by_what_people_call_it_as_well(named_offices: District) -> None:
    known = receipt(
        kind=ClueKind.MISCONDUCT, text="那里的人收了老板的钱，多次帮人改材料。", accused="综 治中心"
    )
    assert not known.received_here and not visible_clues(named_offices.receiver).exists()
    assert receipt(kind=ClueKind.MISCONDUCT, text="我去综治中心调解，对方的人打点了法官。").received_here


def test_centre_of_a_street_is_not_that_of_the_district(named_offices: District) -> None:
    row = clue(kind=ClueKind.OTHER, text="窗口收钱才办事，大家都知道。", accused="北桥街道治理中心")
    assert Accusation.objects.get(clue=row).organisation_id == named_offices.id_of(STREET)


def test_office_that_is_only_hinted_at_can_be_lifted(named_offices: District) -> None:
    row = clue(text="他们收了定金就不见了，店也关了。", accused="公安用品商店的老板")
    hint = Accusation.objects.get(clue=row)
    hiding.accusation_lift(
        accusation_id=hint.pk, reason="是一家商店的名称，与单位无关", **by(named_offices.receiver, row.number)
    )
    assert "police" in {each.code for each in assignable(row)}


def test_receiver_named_in_the_text_is_shut_out_and_the_colleague_is_not(built: District) -> None:
    person = Post.objects.get(pk=built.receiver.post_id).user
    person.name = "司徒静远"
    person.save()
    row = clue(text="骗子说认识中心的司徒静远，让我放心转钱。")
    assert not visible_clues(built.receiver).exists()
    assert visible_clues(built.approver).get() == row


def test_office_named_in_the_text_counts_only_where_officials_are_accused(built: District) -> None:
    name = built.house.organisations[STREET].name
    assert not Accusation.objects.filter(clue=clue(text=f"我在{name}附近被骗了三千元。")).exists()
    shielded = clue(kind=ClueKind.SHIELDING, text=f"{name}有人给他们通风报信。")
    assert Accusation.objects.get(clue=shielded).organisation_id == built.id_of(STREET)


@pytest.mark.parametrize("office", [STREET, COMMUNITIES[0], GRIDS[0]])
def test_neither_the_accused_nor_above_nor_below_is_given_the_clue(built: District, office: str) -> None:
    row = clue(organisation_id=built.id_of(COMMUNITIES[0]))
    known = by(built.receiver, row.number)
    triage.clue_accept(**known)
    with pytest.raises(ActNotAllowed, match="conflict"):
        triage.clue_assign(organisation_id=built.id_of(office), note="", **known)
    offered = {each.code for each in assignable(row)}
    assert office not in offered and "police" in offered and COMMUNITIES[1] in offered


def test_employer_of_accused_staff_is_not_given_the_clue(built: District) -> None:
    person = Post.objects.get(pk=built.scope("housing", Duty.HANDLE).post_id).user
    person.name = "司徒静远"
    person.save()
    row = clue(text="合同上的人叫司徒静远，收了定金就不见了。")
    assert "housing" not in {each.code for each in assignable(row)}


def test_a_link_to_a_hidden_clue_leaves_no_gap(built: District) -> None:
    seen, hidden = clue(), clue(organisation_id=built.id_of(CENTRE))
    assert links_of(seen, scope=built.receiver) == ()
    page = client_of(built.receiver).get(f"/desk/clues/{seen.number}/").content.decode()
    assert hidden.number not in page


def test_accusing_clues_are_in_no_figure_and_send_no_signal(built: District) -> None:
    for _ in range(6):
        clue()
    before = month_table_of_march()
    for _ in range(6):
        clue(organisation_id=built.id_of(STREET))
    assert month_table_of_march() == before
    with later(days=1):
        assert len(list(signals(since=MORNING, until=clock.now()))) == 6


def month_table_of_march() -> object:
    with later(days=40):
        return month_table(MORNING.date().replace(day=1))


def test_reporter_learns_that_nobody_here_may_see_it(built: District) -> None:
    known = receipt(organisation_id=built.id_of(CENTRE))
    assert not known.received_here
    assert receipt(organisation_id=built.id_of(STREET)).received_here
    assert not receivers_left(Clue.objects.get(number=known.number).pk)


def test_party_that_the_reporter_named_stays(built: District) -> None:
    row = clue(text=TEXT, organisation_id=built.id_of(STREET))
    known = {**by(built.receiver, row.number), "reason": "查明与该街道无关，可以取消"}
    with pytest.raises(ActNotAllowed, match="said_by_reporter"):
        hiding.accusation_lift(accusation_id=Accusation.objects.get(clue=row).pk, **known)
