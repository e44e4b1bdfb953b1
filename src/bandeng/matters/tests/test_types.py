"""Matter types come from their file, dated."""

from datetime import date

import pytest

from bandeng.core.models import AuditEntry
from bandeng.core.rules import SYSTEM
from bandeng.matters.models import MatterType
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.types import types_import, types_load

pytestmark = pytest.mark.django_db

TEXT = """
valid_from = 2026-01-01
[limits.street]
accept = "4wh"
handle = "3wd"
source = "测试"
[[type]]
code = "91"
zh = "测试类"
en = "Test"
[[type]]
code = "91.01"
zh = "测试项"
en = "Test item"
lead = "police"
limits = "street"
access = "restricted"
[[question]]
type = "91"
key = "where"
zh = "在哪里"
"""


def test_types_load_is_idempotent() -> None:
    types_load()
    count = MatterType.objects.count()
    types_load()
    assert MatterType.objects.count() == count > 200


def test_types_import_hands_down_limits_and_questions() -> None:
    assert types_import(text=TEXT, actor=SYSTEM) == 2
    assert types_import(text=TEXT, actor=SYSTEM) == 0
    row = taxonomy().by_code["91.01"]
    assert (row.level, row.lead_code, row.access_class, row.source) == (2, "police", "restricted", "测试")
    assert row.limits == {"accept": "4wh", "handle": "3wd"}
    assert row.questions == [{"key": "where", "zh": "在哪里"}]
    assert AuditEntry.objects.filter(action="matter_types.imported").count() == 1


def test_types_import_dates_a_change_and_ends_the_row_before() -> None:
    types_import(text=TEXT, actor=SYSTEM)
    later = TEXT.replace("2026-01-01", "2026-06-01").replace("3wd", "2wd")
    assert types_import(text=later, actor=SYSTEM) == 1
    before, after = MatterType.objects.filter(code="91.01").order_by("valid_from")
    assert (before.valid_to, before.limits["handle"]) == (date(2026, 5, 31), "3wd")
    assert (after.valid_from, after.valid_to, after.limits["handle"]) == (date(2026, 6, 1), None, "2wd")
    assert MatterType.objects.filter(code="91").count() == 1
    assert types_import(text=later, actor=SYSTEM) == 0
