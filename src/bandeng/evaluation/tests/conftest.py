"""The small district that evaluations are made of, and one evaluation of it.

Whatever has models is imported in the fixtures: pytest reads this file before Django is set up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bandeng.evaluation.models import Evaluation
    from bandeng.evaluation.tests.district import District


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Iterator[District]:
    """Offices, posts and matters at a fixed hour, with figures in a folder of their own."""
    from bandeng.core import clock
    from bandeng.evaluation.services.versions import rules_load
    from bandeng.evaluation.tests.district import NOW, district

    settings.DATA = tmp_path
    settings.DEMO = True  # posts with great duties ask for a second factor elsewhere
    with clock.fixed(NOW):
        rules_load()
        yield district()


@pytest.fixture
def opened(world: District) -> Evaluation:
    """An evaluation of posts, open to objections."""
    from bandeng.evaluation.rules import Kind
    from bandeng.evaluation.services.evaluations import evaluation_draft, evaluation_open
    from bandeng.evaluation.tests.district import MONTH

    row = evaluation_draft(kind=Kind.POSTS, month=MONTH, actor=world.manager.actor)
    return evaluation_open(evaluation_id=row.pk, actor=world.manager.actor)
