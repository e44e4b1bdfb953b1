"""`bandeng account`: how a district gets its first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bandeng.accounts.models import User
from bandeng.organisations.models import Organisation, Post
from bandeng.organisations.rules import reach_of
from bandeng.organisations.selectors import scope_of

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("account", *words, stdout=out)
    return out.getvalue()


def test_first_administrator_of_an_empty_district_covers_all_of_it() -> None:
    said = run("create", "First", "--name", "周宁", "--district", "330199", "明湖区")
    person = User.objects.get(username="first")
    assert person.check_password(said.split()[-1])
    assert person.must_change_password
    held = Post.objects.select_related("organisation__area", "role", "area").get(user=person)
    assert reach_of(scope_of(held)).whole_district
    run("create", "second", "--role", "auditor")
    assert Organisation.objects.count() == 1
    assert "auditor" in run("list")
    assert run("list", "--role", "auditor").count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("create", "x"),
        ("create", "x", "--district", "12", "y"),
        ("create", "x", "--district", "330199", "y", "--role", "king"),
        ("create", "x", "--district", "330199", "y", "--organisation", "nowhere"),
        ("create", "a b", "--district", "330199", "y"),
        ("reset", "nobody"),
    ],
)
def test_refusals_say_why_and_leave_nothing(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*words)
    assert not User.objects.exists()


def test_reset_unlocks_and_gives_a_password_to_change() -> None:
    run("create", "first", "--district", "330199", "明湖区")
    User.objects.update(is_active=False)
    said = run("reset", "FIRST", "--second-factor")
    person = User.objects.get()
    assert person.is_active
    assert person.check_password(said.split()[-1])
