"""Papers say what the pages say, to the same people, and are told in the audit log."""

import json

import pytest

from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.documents.tests.judging import faults, said
from bandeng.evaluation.models import Evaluation
from bandeng.evaluation.tests.district import District
from bandeng.evaluation.tests.test_pages import client_of, page_of, score_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_score_on_paper_has_every_point_and_is_stamped_as_a_draft(
    world: District, opened: Evaluation, language: str
) -> None:
    score = score_of(opened, world)
    answer = client_of(world).get(page_of(score, "paper.pdf"), headers={"accept-language": language})
    words = said(answer.content)
    assert faults(answer.content) == []
    assert all(f"{points:.2f} / " in words for points in score.working["points"])
    assert ("Draft" if language == "en" else "草稿") in words


def test_a_month_on_paper_has_the_units_that_one_answers_for(world: District, opened: Evaluation) -> None:
    street = score_of(opened, world).area_code[:9]
    paper = signed_in(world.stage.scope(street)).get(f"/evaluation/{opened.pk}/export.pdf")
    assert paper.status_code == 403
    whole = signed_in(world.manager).get(f"/evaluation/{opened.pk}/export.pdf").content
    assert faults(whole) == []
    assert opened.digest in said(whole).replace("\n", "")
    assert json.loads(AuditEntry.objects.get(action="evaluation.exported").content)["after"]["form"] == "pdf"


def test_anothers_paper_is_not_there(world: District, opened: Evaluation) -> None:
    assert client_of(world, 1).get(page_of(score_of(opened, world), "paper.pdf")).status_code == 404
