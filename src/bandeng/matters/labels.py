"""Every word that a user sees for a code of a matter."""

from django.utils.translation import pgettext_lazy

from bandeng.matters.rules import (
    AccessClass,
    Channel,
    MatterState,
    Priority,
    ReviewBody,
    ReviewOutcome,
    ReviewState,
    StepKind,
    TypeSource,
)

MATTER_STATES = [
    (MatterState.RECEIVED.value, pgettext_lazy("matter state", "Received")),
    (MatterState.ACCEPTED.value, pgettext_lazy("matter state", "Accepted")),
    (MatterState.DISPATCHED.value, pgettext_lazy("matter state", "Dispatched")),
    (MatterState.HANDLING.value, pgettext_lazy("matter state", "Being handled")),
    (MatterState.VERIFYING.value, pgettext_lazy("matter state", "To be verified")),
    (MatterState.RETURNED.value, pgettext_lazy("matter state", "Returned")),
    (MatterState.CLOSED.value, pgettext_lazy("matter state", "Closed")),
    (MatterState.REJECTED.value, pgettext_lazy("matter state", "Not accepted")),
    (MatterState.WITHDRAWN.value, pgettext_lazy("matter state", "Withdrawn")),
    (MatterState.MERGED.value, pgettext_lazy("matter state", "Merged")),
]

CHANNELS = [
    (Channel.RESIDENT.value, pgettext_lazy("channel", "Resident's page")),
    (Channel.GRID.value, pgettext_lazy("channel", "Grid worker")),
    (Channel.PHONE.value, pgettext_lazy("channel", "Phone call")),
    (Channel.API.value, pgettext_lazy("channel", "Other system")),
    (Channel.OPEN311.value, pgettext_lazy("channel", "Open311")),
    (Channel.IMPORT.value, pgettext_lazy("channel", "Imported")),
]

PRIORITIES = [
    (Priority.NORMAL.value, pgettext_lazy("priority", "Normal")),
    (Priority.URGENT.value, pgettext_lazy("priority", "Urgent")),
    (Priority.CRITICAL.value, pgettext_lazy("priority", "Critical")),
]

ACCESS_CLASSES = [
    (AccessClass.OPEN.value, pgettext_lazy("access class", "Ordinary")),
    (AccessClass.RESTRICTED.value, pgettext_lazy("access class", "Restricted")),
    (AccessClass.SEALED.value, pgettext_lazy("access class", "Sealed")),
]

TYPE_SOURCES = [
    (TypeSource.NONE.value, pgettext_lazy("type source", "Not classified")),
    (TypeSource.CLASSIFIER.value, pgettext_lazy("type source", "By the classifier")),
    (TypeSource.REPORTER.value, pgettext_lazy("type source", "Chosen by the reporter")),
    (TypeSource.OFFICER.value, pgettext_lazy("type source", "Set by an officer")),
]

STEP_KINDS = [
    (StepKind.OPENED.value, pgettext_lazy("step", "Reported")),
    (StepKind.JOINED.value, pgettext_lazy("step", "Reported by one more person")),
    (StepKind.ACCEPTED.value, pgettext_lazy("step", "Accepted")),
    (StepKind.DISPATCHED.value, pgettext_lazy("step", "Dispatched")),
    (StepKind.REASSIGNED.value, pgettext_lazy("step", "Reassigned")),
    (StepKind.CO_HANDLER_ADDED.value, pgettext_lazy("step", "Co-handler added")),
    (StepKind.STARTED.value, pgettext_lazy("step", "Handling started")),
    (StepKind.NOTED.value, pgettext_lazy("step", "Note")),
    (StepKind.REMARKED.value, pgettext_lazy("step", "Remark by the reporter")),
    (StepKind.REPLIED.value, pgettext_lazy("step", "Reply to the reporter")),
    (StepKind.PAUSED.value, pgettext_lazy("step", "Clock paused")),
    (StepKind.RESUMED.value, pgettext_lazy("step", "Clock resumed")),
    (StepKind.EXTENDED.value, pgettext_lazy("step", "Limit extended")),
    (StepKind.RETURNED.value, pgettext_lazy("step", "Returned")),
    (StepKind.TASK_DONE.value, pgettext_lazy("step", "Co-handler's task done")),
    (StepKind.HANDLED.value, pgettext_lazy("step", "Handled, to be verified")),
    (StepKind.SENT_BACK.value, pgettext_lazy("step", "Verification failed, sent back")),
    (StepKind.CLOSED.value, pgettext_lazy("step", "Closed")),
    (StepKind.RATED.value, pgettext_lazy("step", "Rated")),
    (StepKind.REOPENED.value, pgettext_lazy("step", "Reopened")),
    (StepKind.REJECTED.value, pgettext_lazy("step", "Not accepted")),
    (StepKind.WITHDRAWN.value, pgettext_lazy("step", "Withdrawn")),
    (StepKind.MERGED.value, pgettext_lazy("step", "Merged")),
    (StepKind.MERGE_UNDONE.value, pgettext_lazy("step", "Merge undone")),
    (StepKind.SPLIT.value, pgettext_lazy("step", "Split off")),
    (StepKind.RETYPED.value, pgettext_lazy("step", "Type corrected")),
    (StepKind.REMINDED.value, pgettext_lazy("step", "Reminder sent")),
    (StepKind.ESCALATED.value, pgettext_lazy("step", "Escalated")),
    (StepKind.RECOMPUTED.value, pgettext_lazy("step", "Deadline recomputed")),
    (StepKind.REVIEW_REQUESTED.value, pgettext_lazy("step", "Review of the answer requested")),
    (StepKind.REVIEW_TAKEN.value, pgettext_lazy("step", "Review taken up")),
    (StepKind.REVIEW_DECIDED.value, pgettext_lazy("step", "Review decided")),
]

REVIEW_STATES = [
    (ReviewState.REQUESTED.value, pgettext_lazy("review state", "Requested")),
    (ReviewState.EXAMINING.value, pgettext_lazy("review state", "Being examined")),
    (ReviewState.DECIDED.value, pgettext_lazy("review state", "Decided")),
]

REVIEW_OUTCOMES = [
    (ReviewOutcome.UPHELD.value, pgettext_lazy("review outcome", "Upheld")),
    (ReviewOutcome.CHANGED.value, pgettext_lazy("review outcome", "Changed")),
    (ReviewOutcome.SET_ASIDE.value, pgettext_lazy("review outcome", "Set aside")),
]

REVIEW_BODIES = [
    (ReviewBody.STREET.value, pgettext_lazy("review body", "Street office")),
    (ReviewBody.DISTRICT.value, pgettext_lazy("review body", "District")),
    (ReviewBody.CITY.value, pgettext_lazy("review body", "The city's review body")),
    (ReviewBody.PROVINCE.value, pgettext_lazy("review body", "The province's review body")),
]

REVIEW_STAGES = [
    (1, pgettext_lazy("review stage", "First review")),
    (2, pgettext_lazy("review stage", "Second review")),
]
