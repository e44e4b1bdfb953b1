"""Words of the desk: names of queues, conditions and bulk acts."""

from django.utils.translation import pgettext, pgettext_lazy

from bandeng.dispatch.selectors import Act, Queue, Sort
from bandeng.matters.services.versions import TypeRefusal
from reckon.deadlines import Limit, Unit, parse_limit

QUEUE_NAMES = {
    Queue.MINE: pgettext_lazy("queue", "To do"),
    Queue.OVERDUE: pgettext_lazy("queue", "Overdue"),
    Queue.DUE_TODAY: pgettext_lazy("queue", "Due today"),
    Queue.CO_HANDLED: pgettext_lazy("queue", "I co-handle"),
    Queue.PAUSED: pgettext_lazy("queue", "Paused"),
    Queue.TO_ACCEPT: pgettext_lazy("queue", "To accept"),
    Queue.TO_DISPATCH: pgettext_lazy("queue", "To dispatch"),
    Queue.RETURNED: pgettext_lazy("queue", "Returned"),
    Queue.TO_VERIFY: pgettext_lazy("queue", "To verify"),
    Queue.CLOSED_WEEK: pgettext_lazy("queue", "Closed this week"),
    Queue.OPEN: pgettext_lazy("queue", "All open"),
    Queue.ALL: pgettext_lazy("queue", "All matters"),
}

SORT_NAMES = {
    "due": pgettext_lazy("sort", "by deadline"),
    "-due": pgettext_lazy("sort", "by deadline, latest first"),
    "opened": pgettext_lazy("sort", "oldest first"),
    "-opened": pgettext_lazy("sort", "newest first"),
    "number": pgettext_lazy("sort", "by number"),
    "-number": pgettext_lazy("sort", "by number, highest first"),
}
SORTS = tuple(Sort)

BULK_NAMES = {
    Act.ACCEPT: pgettext_lazy("bulk act", "Accept"),
    Act.DISPATCH: pgettext_lazy("bulk act", "Dispatch"),
    Act.ASSIGN: pgettext_lazy("bulk act", "Assign"),
    Act.ADD_CO_HANDLER: pgettext_lazy("bulk act", "Add co-handler"),
    Act.MERGE: pgettext_lazy("bulk act", "Merge into one"),
    Act.RETURN: pgettext_lazy("bulk act", "Return"),
    Act.START: pgettext_lazy("bulk act", "Start handling"),
    Act.HANDLED: pgettext_lazy("bulk act", "Report handled"),
    Act.SEND_BACK: pgettext_lazy("bulk act", "Send back"),
    Act.CLOSE: pgettext_lazy("bulk act", "Close"),
}

CONDITION_NAMES = {
    "state": pgettext_lazy("condition", "State"),
    "type": pgettext_lazy("condition", "Type"),
    "area": pgettext_lazy("condition", "Place"),
    "lead": pgettext_lazy("condition", "Department"),
    "channel": pgettext_lazy("condition", "Channel"),
    "priority": pgettext_lazy("condition", "Priority"),
    "overdue": pgettext_lazy("condition", "Clock"),
    "from": pgettext_lazy("condition", "Reported from"),
    "to": pgettext_lazy("condition", "Reported until"),
    "q": pgettext_lazy("condition", "Words"),
    "mine": pgettext_lazy("condition", "In charge"),
}

ACT_NAMES = {
    Act.ACCEPT: pgettext_lazy("act", "Accept"),
    Act.DISPATCH: pgettext_lazy("act", "Dispatch"),
    Act.REASSIGN: pgettext_lazy("act", "Reassign"),
    Act.ASSIGN: pgettext_lazy("act", "Assign to a person"),
    Act.ADD_CO_HANDLER: pgettext_lazy("act", "Add co-handlers"),
    Act.START: pgettext_lazy("act", "Start handling"),
    Act.NOTE: pgettext_lazy("act", "Write a note"),
    Act.REPLY: pgettext_lazy("act", "Reply to the reporters"),
    Act.PHOTO: pgettext_lazy("act", "Add photos"),
    Act.PAUSE: pgettext_lazy("act", "Pause the clock"),
    Act.RESUME: pgettext_lazy("act", "Resume the clock"),
    Act.EXTEND: pgettext_lazy("act", "Extend the limit"),
    Act.RETURN: pgettext_lazy("act", "Return"),
    Act.TASK_DONE: pgettext_lazy("act", "Our part is done"),
    Act.TASK_RETURN: pgettext_lazy("act", "Decline our part"),
    Act.TASK_CANCEL: pgettext_lazy("act", "Take a co-handler out"),
    Act.HANDLED: pgettext_lazy("act", "Report handled"),
    Act.CLOSE: pgettext_lazy("act", "Verified, close"),
    Act.SEND_BACK: pgettext_lazy("act", "Send back"),
    Act.REOPEN: pgettext_lazy("act", "Reopen"),
    Act.REJECT: pgettext_lazy("act", "Do not accept"),
    Act.WITHDRAW: pgettext_lazy("act", "Withdraw"),
    Act.RETYPE: pgettext_lazy("act", "Correct the type"),
    Act.MERGE: pgettext_lazy("act", "Merge into another"),
    Act.MERGE_UNDO: pgettext_lazy("act", "Undo the merge"),
    Act.SPLIT: pgettext_lazy("act", "Split into parts"),
}

ACT_DONE = {
    Act.ACCEPT: pgettext_lazy("act done", "Accepted"),
    Act.DISPATCH: pgettext_lazy("act done", "Dispatched"),
    Act.REASSIGN: pgettext_lazy("act done", "Reassigned"),
    Act.ASSIGN: pgettext_lazy("act done", "Assigned"),
    Act.ADD_CO_HANDLER: pgettext_lazy("act done", "Co-handlers added"),
    Act.START: pgettext_lazy("act done", "Handling started"),
    Act.NOTE: pgettext_lazy("act done", "Note written"),
    Act.REPLY: pgettext_lazy("act done", "Reply sent"),
    Act.PHOTO: pgettext_lazy("act done", "Photos added"),
    Act.PAUSE: pgettext_lazy("act done", "Clock paused"),
    Act.RESUME: pgettext_lazy("act done", "Clock resumed"),
    Act.EXTEND: pgettext_lazy("act done", "Limit extended"),
    Act.RETURN: pgettext_lazy("act done", "Returned"),
    Act.TASK_DONE: pgettext_lazy("act done", "Our part reported done"),
    Act.TASK_RETURN: pgettext_lazy("act done", "Our part declined"),
    Act.TASK_CANCEL: pgettext_lazy("act done", "Co-handler taken out"),
    Act.HANDLED: pgettext_lazy("act done", "Reported handled, to be verified"),
    Act.CLOSE: pgettext_lazy("act done", "Closed"),
    Act.SEND_BACK: pgettext_lazy("act done", "Sent back"),
    Act.REOPEN: pgettext_lazy("act done", "Reopened"),
    Act.REJECT: pgettext_lazy("act done", "Not accepted"),
    Act.WITHDRAW: pgettext_lazy("act done", "Withdrawn"),
    Act.RETYPE: pgettext_lazy("act done", "Type corrected"),
    Act.MERGE: pgettext_lazy("act done", "Merged"),
    Act.MERGE_UNDO: pgettext_lazy("act done", "Merge undone"),
    Act.SPLIT: pgettext_lazy("act done", "Split into parts"),
}

TEMPLATE_ACTS = {
    Act.REPLY.value: pgettext_lazy("template act", "Reply to the reporters"),
    Act.ACCEPT.value: pgettext_lazy("template act", "Accept"),
    Act.PAUSE.value: pgettext_lazy("template act", "Pause the clock"),
    Act.EXTEND.value: pgettext_lazy("template act", "Extend the limit"),
    Act.RETURN.value: pgettext_lazy("template act", "Return"),
    Act.HANDLED.value: pgettext_lazy("template act", "Report handled"),
    Act.SEND_BACK.value: pgettext_lazy("template act", "Send back"),
    Act.CLOSE.value: pgettext_lazy("template act", "Close"),
    Act.REJECT.value: pgettext_lazy("template act", "Do not accept"),
}
"""The acts for which officers keep texts to start from."""

LIMIT_UNITS = {
    Unit.WORKING_MINUTES: pgettext_lazy("limit unit", "working minutes"),
    Unit.WORKING_HOURS: pgettext_lazy("limit unit", "working hours"),
    Unit.WORKING_DAYS: pgettext_lazy("limit unit", "working days"),
    Unit.CALENDAR_DAYS: pgettext_lazy("limit unit", "calendar days"),
    Unit.HOURS: pgettext_lazy("limit unit", "hours"),
}


def limit_words(limit: Limit) -> str:
    """A limit as people write it: 5 working days."""
    words = {"amount": limit.amount, "unit": LIMIT_UNITS[limit.unit]}
    return pgettext("limit", "%(amount)d %(unit)s") % words


RULE_COLUMNS = {
    "category": pgettext_lazy("rule column", "Type"),
    "area": pgettext_lazy("rule column", "Area"),
    "words": pgettext_lazy("rule column", "Words"),
    "text": pgettext_lazy("rule column", "Words"),
    "channel": pgettext_lazy("rule column", "Channel"),
    "hour": pgettext_lazy("rule column", "Hours"),
    "minute": pgettext_lazy("rule column", "Hours"),
    "repeats": pgettext_lazy("rule column", "Repeats nearby"),
    "nearby_repeats": pgettext_lazy("rule column", "Repeats nearby"),
    "lead": pgettext_lazy("rule column", "Lead"),
    "co_handlers": pgettext_lazy("rule column", "Co-handlers"),
    "limits": pgettext_lazy("rule column", "Limits"),
    "priority": pgettext_lazy("rule column", "Priority"),
    "note": pgettext_lazy("rule column", "Note"),
}
"""Headings of a decision table's usual columns, for readers of another language than its author's."""


def written_limit(limit: str) -> str:
    """The words of a limit as it is kept, such as 5wd. Raises InvalidLimit."""
    return limit_words(parse_limit(limit))


LIMIT_NAMES = {
    "accept": pgettext_lazy("limit of a type", "Accept within"),
    "handle": pgettext_lazy("limit of a type", "Handle within"),
    "verify": pgettext_lazy("limit of a type", "Verify within"),
    "extension": pgettext_lazy("limit of a type", "Longest extension"),
    "notice": pgettext_lazy("limit of a type", "Tell the outcome within"),
    "objection": pgettext_lazy("limit of a type", "Objection within"),
}
"""The limits that a matter type may set, in the order in which they run."""

QUESTION_KINDS = {
    "text": pgettext_lazy("kind of question", "Text"),
    "choice": pgettext_lazy("kind of question", "Choice"),
    "number": pgettext_lazy("kind of question", "Number"),
    "date": pgettext_lazy("kind of question", "Date"),
}

ACCESS_MEANINGS = {
    "open": pgettext_lazy(
        "access class meaning", "whoever works in the area, and the organisations at work on it"
    ),
    "restricted": pgettext_lazy("access class meaning", "of these, only posts that work on matters"),
    "sealed": pgettext_lazy("access class meaning", "only posts that may open what is sealed"),
}

LEGAL_KINDS = {
    "accusation": pgettext_lazy("legal kind", "Accusation under the petition regulations"),
    "suggestion": pgettext_lazy("legal kind", "Suggestion under the petition regulations"),
    "claim": pgettext_lazy("legal kind", "Claim under the petition regulations"),
}

TYPE_REFUSALS = {
    TypeRefusal.PAST: pgettext_lazy(
        "refusal", "A version begins tomorrow at the earliest: what has come in keeps the version of its day."
    ),
    TypeRefusal.NOT_LAST: pgettext_lazy(
        "refusal",
        "Another version begins on this day or later. Choose a later day, or take that version back first.",
    ),
    TypeRefusal.UNCHANGED: pgettext_lazy(
        "refusal", "This is what the last version says already. Change something, or go back."
    ),
    TypeRefusal.NAME_TAKEN: pgettext_lazy(
        "refusal", "Another type beside this one has the same name. Choose a different one."
    ),
    TypeRefusal.TOO_DEEP: pgettext_lazy("refusal", "Types have three levels; there is none below this one."),
    TypeRefusal.FULL: pgettext_lazy("refusal", "There is no free code left here: 99 types are the most."),
    TypeRefusal.BEGUN: pgettext_lazy(
        "refusal", "This version has begun, and matters rest on it. Make a new version from a coming day on."
    ),
    TypeRefusal.UNKNOWN: pgettext_lazy("refusal", "There is no such type any more. Go back to the list."),
}
