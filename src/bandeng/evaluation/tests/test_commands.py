"""`bandeng evaluation`."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bandeng.core import clock
from bandeng.evaluation.models import Evaluation
from bandeng.evaluation.services.versions import rules_load
from bandeng.evaluation.tests.district import MONTH, NOW, district


@pytest.mark.django_db
def test_a_month_is_drafted_and_checked_from_the_console(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        rules_load()
        district()
        out = StringIO()
        call_command("evaluation", "draft", str(MONTH), "--kind", "posts", stdout=out)
        call_command("evaluation", "check", stdout=out)
        assert "same to the last digit" in out.getvalue()
        with pytest.raises(CommandError):
            call_command("evaluation", "draft", str(MONTH), "--kind", "posts", stdout=out)
        Evaluation.objects.update(digest="0" * 64)
        with pytest.raises(CommandError, match="differently"):
            call_command("evaluation", "check", stdout=out)


def test_every_trick_is_told_with_its_error() -> None:
    out = StringIO()
    call_command("evaluation", "gaming", "--seeds", "2", stdout=out)
    assert "self_file_slowly" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("evaluation", "gaming", "--seeds", "1", stdout=out)
