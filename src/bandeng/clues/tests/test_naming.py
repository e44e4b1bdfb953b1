"""Names are found however they are written, and only where they stand."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bandeng.clues.rules.naming import (
    OfficeNames,
    folded,
    names_of_office,
    office_hinted,
    office_named,
    person_named,
    told,
)
from bandeng.organisations.rules import OrganisationKind

DISTRICT = ("明湖区", "Minghu District")
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN, min_size=2, max_size=5)
LATIN = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=2, max_size=8
)
#: Blanks, punctuation, marks, signs of format and the fillers of Hangul: nothing that is read as a letter.
IGNORABLE = st.characters(
    categories=["Cc", "Cf", "Mn", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Zl", "Zp", "Zs"]
) | (st.sampled_from("\u115f\u1160\u3164\uffa0\u30fc\u2800"))


def spread(name: str, signs: list[str]) -> str:
    """A name with signs between its letters."""
    return "".join(letter + sign for letter, sign in zip(name, signs, strict=False))


@given(
    NAMES,
    st.lists(st.text(IGNORABLE, max_size=3), min_size=5, max_size=5),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_ignorable_signs_hide_no_name(name: str, signs: list[str], before: str, after: str) -> None:
    assert person_named(told(before + spread(name, signs) + after), name)
    assert person_named(told(name), spread(name, signs))


@given(LATIN, st.lists(st.text(IGNORABLE, max_size=3), min_size=8, max_size=8))
def test_ignorable_signs_hide_no_latin_name(name: str, signs: list[str]) -> None:
    assert person_named(told(f"是 {spread(name, signs)} 拿的"), name)
    assert person_named(told(f"是{name.upper()}拿的"), name)


@given(LATIN)
def test_full_width_letters_are_letters(name: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in name)
    assert person_named(told(f"他叫{wide}。"), name)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(IGNORABLE, max_size=6), st.text(max_size=40))
def test_name_of_nothing_stands_nowhere(name: str, text: str) -> None:
    assert not person_named(told(text), name)
    nothing = names_of_office(
        names=(name, name), names_en=(name, ""), district=(name, ""), kind=OrganisationKind.CENTRE
    )
    assert not office_named(told(text), nothing) and not office_hinted(told(text), nothing)


@given(NAMES, st.text(HAN, max_size=30))
def test_no_name_is_found_that_is_not_there(name: str, text: str) -> None:
    assume(name not in text)
    assert not person_named(told(text), name)


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("Li Na", "Carolina took it", False),
        ("Li Na", "it was Li Na", True),
        ("Li Na", "是LiNa拿的", True),
        ("张三（借调）", "张三收了钱", True),
        ("José", "Jose\u0301 took it", True),
        ("张", "张三收了钱", False),
    ],
)
def test_where_names_stand(name: str, text: str, *, stands: bool) -> None:
    assert person_named(told(text), name) is stands


def office(
    *names: str, english: tuple[str, ...] = (), kind: str = OrganisationKind.DEPARTMENT
) -> OfficeNames:
    """How an office may be called in the district of the tests."""
    return names_of_office(names=names, names_en=english, district=DISTRICT, kind=kind)


@pytest.mark.parametrize(
    ("kind", "names", "text"),
    [
        (OrganisationKind.DEPARTMENT, ("明湖区公安分局", "公安"), "公安局"),
        (OrganisationKind.DEPARTMENT, ("杭州市公安局明湖区分局", "明湖公安"), "区公安分局"),
        (OrganisationKind.DEPARTMENT, ("公安局", "公安"), "明湖区公安分局"),
        (OrganisationKind.DEPARTMENT, ("浙江省杭州市明湖区民政局", "民政"), "民政局"),
        (OrganisationKind.DEPARTMENT, ("明湖区城市管理局", "城市管理"), "明湖城市管理局"),
        (OrganisationKind.CENTRE, ("明湖区社会治理中心", "区中心"), "治理中心"),
        (OrganisationKind.COMMUNITY_COMMITTEE, ("北桥社区居民委员会", "北桥社区"), "北桥居委会"),
        (OrganisationKind.STREET_OFFICE, ("北桥街道办事处", "北桥街道"), "北桥办事处"),
    ],
)
def test_office_goes_by_several_names(kind: str, names: tuple[str, ...], text: str) -> None:
    assert office_named(told(f"是{text}的人"), office(*names, kind=kind))


def test_street_that_is_called_like_the_district_is_not_every_street() -> None:
    street = office("明湖街道办事处", "明湖街道", kind=OrganisationKind.STREET_OFFICE)
    for text in ("北桥街道办事处", "街道办", "明湖区"):
        assert not office_named(told(text), street) and not office_hinted(told(text), street)
    assert office_named(told("明湖 街道办"), street)


@pytest.mark.parametrize("text", ["派出所的人", "交警"])
def test_what_people_say_instead_hints_at_an_office(text: str) -> None:
    police = office("明湖区公安分局", "公安")
    assert office_hinted(told(text), police) and not office_named(told(text), police)
    assert not office_hinted(told(text), office("明湖区民政局", "民政"))


def test_brief_names_count_only_where_they_are_asked_for() -> None:
    police = office("明湖区公安分局", "公安", english=("Public Security Bureau", "Police"))
    for text in ("公 安", "公安民警", "the police"):
        assert not office_named(told(text), police) and office_hinted(told(text), police)
    assert not office_hinted(told("policeman"), police)
    centre = office(
        "明湖区社会治理中心", "中心", english=("Governance centre", "Centre"), kind=OrganisationKind.CENTRE
    )
    assert not office_hinted(told("Fitness Centre，健身中心"), centre)
    assert office_hinted(told("区综治中心"), centre) and not office_named(told("区综治中心"), centre)
    assert not office_hinted(told("北桥街道综治中心"), centre)
    street = office("北桥街道社会治理中心", "北桥街道治理中心", kind=OrganisationKind.CENTRE)
    assert not office_named(told("区治理中心"), street) and not office_hinted(told("区综治中心"), street)
    assert office_named(told("北桥街道 治理中心"), street)


def test_bare_branch_is_no_office() -> None:
    police = office("杭州市公安局明湖区分局", "分局")
    assert not office_named(told("烟草专卖分局"), police) and not office_hinted(told("烟草专卖分局"), police)
