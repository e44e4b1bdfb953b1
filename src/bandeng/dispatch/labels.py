"""Words for tasks, tables and notices."""

from django.utils.translation import pgettext_lazy

from bandeng.dispatch.rules import NoticeKind, TableStatus, TaskRole, TaskState

TASK_ROLES = [
    (TaskRole.LEAD.value, pgettext_lazy("task role", "Lead")),
    (TaskRole.CO_HANDLER.value, pgettext_lazy("task role", "Co-handler")),
]
TASK_STATES = [
    (TaskState.ASSIGNED.value, pgettext_lazy("task state", "Assigned")),
    (TaskState.WORKING.value, pgettext_lazy("task state", "Working")),
    (TaskState.DONE.value, pgettext_lazy("task state", "Done")),
    (TaskState.RETURNED.value, pgettext_lazy("task state", "Returned")),
    (TaskState.CANCELLED.value, pgettext_lazy("task state", "Cancelled")),
]
TABLE_STATUSES = [
    (TableStatus.DRAFT.value, pgettext_lazy("table status", "Draft")),
    (TableStatus.PUBLISHED.value, pgettext_lazy("table status", "In force")),
    (TableStatus.RETIRED.value, pgettext_lazy("table status", "Retired")),
]
NOTICE_KINDS = [
    (NoticeKind.ASSIGNED.value, pgettext_lazy("notice", "New task")),
    (NoticeKind.REMINDER.value, pgettext_lazy("notice", "Due soon")),
    (NoticeKind.OVERDUE.value, pgettext_lazy("notice", "Overdue")),
    (NoticeKind.ESCALATED.value, pgettext_lazy("notice", "Escalated to you")),
    (NoticeKind.REOPENED.value, pgettext_lazy("notice", "Reopened")),
    (NoticeKind.REMARKED.value, pgettext_lazy("notice", "Remark by the reporter")),
    (NoticeKind.RETURNED.value, pgettext_lazy("notice", "Returned")),
    (NoticeKind.RECOMPUTED.value, pgettext_lazy("notice", "Deadline moved")),
    (NoticeKind.REVIEW.value, pgettext_lazy("notice", "Review requested")),
    (NoticeKind.REVIEWED.value, pgettext_lazy("notice", "Review decided")),
]
