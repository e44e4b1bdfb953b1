"""Reads of dispatch: what a post sees, may do, and finds in its queues."""

from bandeng.dispatch.selectors.acts import Act, Party, allowed_acts, check_act
from bandeng.dispatch.selectors.filters import Queue, QueueFilter, Sort
from bandeng.dispatch.selectors.queues import (
    Listed,
    length_of,
    listed,
    matters_found,
    notices_unread,
    queue_counts,
)
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.selectors.stories import (
    Story,
    merges_of,
    photo_for,
    photo_path,
    reports_of,
    story,
    templates_for,
)
from bandeng.dispatch.selectors.tracking import Tracked, may_rate, may_reopen, report_for, tracked
from bandeng.dispatch.selectors.visibility import NotVisible, covers, matter_for, sees, visible

__all__ = [
    "Act",
    "Listed",
    "NotVisible",
    "Party",
    "Queue",
    "QueueFilter",
    "Refusal",
    "Refused",
    "Sort",
    "Story",
    "Tracked",
    "allowed_acts",
    "check_act",
    "covers",
    "length_of",
    "listed",
    "matter_for",
    "matters_found",
    "may_rate",
    "may_reopen",
    "merges_of",
    "notices_unread",
    "photo_for",
    "photo_path",
    "queue_counts",
    "report_for",
    "reports_of",
    "sees",
    "story",
    "templates_for",
    "tracked",
    "visible",
]
