"""Every word that a user sees for a code of clues and of fighting fraud."""

from django.utils.translation import pgettext_lazy

from bandeng.clues.rules import (
    AccusationSource,
    ClueKind,
    ClueState,
    ClueStepKind,
    LinkState,
    OpeningState,
    TalkState,
    TraceKind,
    TypedBy,
    Venue,
    WarningState,
)
from bandeng.clues.rules.reminding import ClueNoticeKind, Limit
from reckon.deadlines import Unit
from reckon.scams import ScamType

CLUE_KINDS = [
    (ClueKind.GANG.value, pgettext_lazy("clue kind", "Organised crime")),
    (ClueKind.SHIELDING.value, pgettext_lazy("clue kind", "Officials who shield it")),
    (ClueKind.MISCONDUCT.value, pgettext_lazy("clue kind", "Misconduct of law officers")),
    (ClueKind.FUNDRAISING.value, pgettext_lazy("clue kind", "Illegal fund-raising")),
    (ClueKind.FRAUD.value, pgettext_lazy("clue kind", "Telephone and network fraud")),
    (ClueKind.OTHER.value, pgettext_lazy("clue kind", "Something else")),
]
CLUE_STATES = [
    (ClueState.RECEIVED.value, pgettext_lazy("clue state", "To examine")),
    (ClueState.ACCEPTED.value, pgettext_lazy("clue state", "Accepted")),
    (ClueState.ASSIGNED.value, pgettext_lazy("clue state", "Being looked into")),
    (ClueState.HANDLED.value, pgettext_lazy("clue state", "To be answered")),
    (ClueState.ANSWERED.value, pgettext_lazy("clue state", "Answered")),
    (ClueState.REJECTED.value, pgettext_lazy("clue state", "Not accepted")),
    (ClueState.TRANSFERRED.value, pgettext_lazy("clue state", "Transferred")),
]
CLUE_STEP_KINDS = [
    (ClueStepKind.RECEIVED.value, pgettext_lazy("clue step", "Clue received")),
    (ClueStepKind.ACCEPTED.value, pgettext_lazy("clue step", "Accepted")),
    (ClueStepKind.ASSIGNED.value, pgettext_lazy("clue step", "Assigned")),
    (ClueStepKind.RETURNED.value, pgettext_lazy("clue step", "Handed back")),
    (ClueStepKind.HANDLED.value, pgettext_lazy("clue step", "Looked into")),
    (ClueStepKind.SENT_BACK.value, pgettext_lazy("clue step", "Sent back to look again")),
    (ClueStepKind.ANSWERED.value, pgettext_lazy("clue step", "Reporter answered")),
    (ClueStepKind.REJECTED.value, pgettext_lazy("clue step", "Not accepted")),
    (ClueStepKind.TRANSFERRED.value, pgettext_lazy("clue step", "Transferred to the closed network")),
    (ClueStepKind.REOPENED.value, pgettext_lazy("clue step", "Taken up again")),
    (ClueStepKind.WROTE.value, pgettext_lazy("clue step", "The reporter wrote")),
    (ClueStepKind.REPLIED.value, pgettext_lazy("clue step", "Reply to the reporter")),
    (ClueStepKind.MASKED.value, pgettext_lazy("clue step", "More words hidden")),
    (ClueStepKind.ACCUSATION_ADDED.value, pgettext_lazy("clue step", "Accused party entered")),
    (ClueStepKind.ACCUSATION_LIFTED.value, pgettext_lazy("clue step", "Accused party taken out")),
    (ClueStepKind.LINKED.value, pgettext_lazy("clue step", "Link judged")),
    (ClueStepKind.TYPED.value, pgettext_lazy("clue step", "Kind of fraud set")),
    (ClueStepKind.WIPED.value, pgettext_lazy("clue step", "Content wiped")),
]
CLUE_NOTICE_KINDS = [
    (ClueNoticeKind.REMINDER.value, pgettext_lazy("clue notice", "Ends soon")),
    (ClueNoticeKind.OVERDUE.value, pgettext_lazy("clue notice", "Is late")),
    (ClueNoticeKind.ESCALATED.value, pgettext_lazy("clue notice", "Still late, to those who supervise")),
]
NOTICE_LIMITS = {
    Limit.STEP.value: pgettext_lazy("clue notice", "The present step"),
    Limit.FEEDBACK.value: pgettext_lazy("clue notice", "The first word to the reporter"),
}
OPENING_STATES = [
    (OpeningState.REQUESTED.value, pgettext_lazy("opening state", "Waits for a second person")),
    (OpeningState.APPROVED.value, pgettext_lazy("opening state", "Approved")),
    (OpeningState.REFUSED.value, pgettext_lazy("opening state", "Refused")),
]
LINK_STATES = [
    (LinkState.SUGGESTED.value, pgettext_lazy("link state", "Suggested")),
    (LinkState.CONFIRMED.value, pgettext_lazy("link state", "Confirmed")),
    (LinkState.DISMISSED.value, pgettext_lazy("link state", "Dismissed")),
]
TRACE_KINDS = [
    (TraceKind.PHONE.value, pgettext_lazy("trace kind", "Phone number")),
    (TraceKind.ACCOUNT.value, pgettext_lazy("trace kind", "Bank or chat account")),
    (TraceKind.DOMAIN.value, pgettext_lazy("trace kind", "Web address")),
    (TraceKind.ENTERPRISE.value, pgettext_lazy("trace kind", "Enterprise")),
    (TraceKind.MATTER.value, pgettext_lazy("trace kind", "Matter")),
]
ACCUSATION_SOURCES = [
    (AccusationSource.REPORTER.value, pgettext_lazy("accusation source", "Said by the reporter")),
    (AccusationSource.TEXT.value, pgettext_lazy("accusation source", "Named in the text")),
    (AccusationSource.OFFICER.value, pgettext_lazy("accusation source", "Entered by an officer")),
]
TYPED_BY = [
    (TypedBy.NOBODY.value, pgettext_lazy("typed by", "Not judged")),
    (TypedBy.RULES.value, pgettext_lazy("typed by", "By rule")),
    (TypedBy.CLASSIFIER.value, pgettext_lazy("typed by", "By the classifier")),
    (TypedBy.OFFICER.value, pgettext_lazy("typed by", "By an officer")),
]
WARNING_STATES = [
    (WarningState.DRAFT.value, pgettext_lazy("warning state", "Draft, not signed")),
    (WarningState.SIGNED.value, pgettext_lazy("warning state", "Signed")),
    (WarningState.DROPPED.value, pgettext_lazy("warning state", "Dropped")),
]
VENUES = [
    (Venue.COMMUNITY.value, pgettext_lazy("venue", "Community")),
    (Venue.PARK.value, pgettext_lazy("venue", "Park")),
    (Venue.SQUARE.value, pgettext_lazy("venue", "Square")),
    (Venue.HOME.value, pgettext_lazy("venue", "Home")),
]
TALK_STATES = [
    (TalkState.PLANNED.value, pgettext_lazy("talk state", "Planned")),
    (TalkState.HELD.value, pgettext_lazy("talk state", "Held")),
    (TalkState.CANCELLED.value, pgettext_lazy("talk state", "Cancelled")),
]
SCAM_TYPES = [
    (ScamType.BANK.value, pgettext_lazy("scam type", "False bank")),
    (ScamType.CUSTOMER_SERVICE.value, pgettext_lazy("scam type", "False customer service")),
    (ScamType.IDENTITY.value, pgettext_lazy("scam type", "Identity theft")),
    (ScamType.INVESTMENT.value, pgettext_lazy("scam type", "False investment")),
    (ScamType.KIDNAPPING.value, pgettext_lazy("scam type", "False kidnapping")),
    (ScamType.LOTTERY.value, pgettext_lazy("scam type", "False lottery")),
    (ScamType.PARCEL.value, pgettext_lazy("scam type", "False parcel")),
    (ScamType.PHISHING.value, pgettext_lazy("scam type", "Phishing page")),
]
REFUSALS = {
    "not_for_closed_network": pgettext_lazy(
        "refusal",
        "Only kinds that the law moves to the closed network are transferred. Assign this clue instead.",
    ),
    "closed_network_only": pgettext_lazy(
        "refusal", "The law moves this kind to the closed network. Transfer it; it is not assigned here."
    ),
    "reason_short": pgettext_lazy("refusal", "Write a reason of at least ten characters."),
    "conflict": pgettext_lazy(
        "refusal", "This organisation is accused, or stands above or below who is. Choose another."
    ),
    "nobody_there": pgettext_lazy(
        "refusal", "Nobody there looks into clues, or everybody who does is accused. Choose another."
    ),
    "changed": pgettext_lazy(
        "refusal", "Somebody else has moved this clue since you opened the page. Look at it again first."
    ),
    "no_such_organisation": pgettext_lazy(
        "refusal", "There is no such organisation. Choose one from the list."
    ),
    "anonymous": pgettext_lazy(
        "refusal", "The reporter is anonymous and wrote nothing that had to be hidden."
    ),
    "oneself": pgettext_lazy("refusal", "Nobody approves their own request. Ask a second person."),
    "not_open_for_view": pgettext_lazy(
        "refusal", "This opening is not approved, or its time is over. Ask again."
    ),
    "not_the_requester": pgettext_lazy("refusal", "Only the person who asked may read what was opened."),
    "duty": pgettext_lazy(
        "refusal", "The post in which you act does not have this duty, or not in the office that asked."
    ),
    "button": pgettext_lazy("refusal", "Nothing was done. Press one of the buttons."),
    "decided": pgettext_lazy("refusal", "Somebody else has decided this meanwhile."),
    "wiped": pgettext_lazy(
        "refusal", "The content was wiped as the rules of retention say. Nothing is left to open."
    ),
    "said_by_reporter": pgettext_lazy(
        "refusal", "The reporter named this party. Only what was read out of the text can be taken out."
    ),
    "not_found_in_text": pgettext_lazy(
        "refusal", "These words are neither in the text nor in a letter of the reporter."
    ),
    "words_short": pgettext_lazy(
        "refusal", "Write at least two letters or digits; less would be hidden all over the text."
    ),
    "ended": pgettext_lazy("refusal", "This clue is closed. Take it up again first."),
    "not_fraud": pgettext_lazy("refusal", "Only clues of fraud have a kind of fraud."),
    "future": pgettext_lazy("refusal", "A talk that has not begun yet cannot have been held."),
    "state": pgettext_lazy("refusal", "The clue has moved on; this is no longer possible."),
}
BOX_NAMES = {
    "to_do": pgettext_lazy("clue list", "All open"),
    "late": pgettext_lazy("clue list", "Late"),
    "received": pgettext_lazy("clue list", "To examine"),
    "accepted": pgettext_lazy("clue list", "To assign"),
    "assigned": pgettext_lazy("clue list", "Being looked into"),
    "handled": pgettext_lazy("clue list", "To be answered"),
    "ended": pgettext_lazy("clue list", "Closed"),
}
VERDICTS = {
    "too_few": pgettext_lazy("effect", "Too few cases or too few like communities to say anything."),
    "none_shown": pgettext_lazy("effect", "No effect shown: there may as well be no change at all."),
    "fewer": pgettext_lazy("effect", "Fewer cases than in like communities without a talk."),
    "more": pgettext_lazy("effect", "More cases than in like communities without a talk."),
}
DETECTORS = {
    "farrington": pgettext_lazy("detector", "the same season of past years"),
    "ears_c1": pgettext_lazy("detector", "the seven weeks before"),
    "ears_c2": pgettext_lazy("detector", "seven weeks, the latest two left out"),
}
CERTAINTIES = {
    "statute": pgettext_lazy("certainty", "Seen in the statute"),
    "reprint": pgettext_lazy("certainty", "From a report"),
    "own": pgettext_lazy("certainty", "The district's own rule"),
    "memory": pgettext_lazy("certainty", "Not checked against a text"),
}
LIMIT_UNITS = {
    Unit.WORKING_MINUTES: pgettext_lazy("limit unit", "working minutes"),
    Unit.WORKING_HOURS: pgettext_lazy("limit unit", "working hours"),
    Unit.WORKING_DAYS: pgettext_lazy("limit unit", "working days"),
    Unit.CALENDAR_DAYS: pgettext_lazy("limit unit", "calendar days"),
    Unit.HOURS: pgettext_lazy("limit unit", "hours"),
}
TERMS = {
    "decide": pgettext_lazy("clue term", "Accept, reject or transfer"),
    "assign": pgettext_lazy("clue term", "Assign after acceptance"),
    "handle": pgettext_lazy("clue term", "Look into it"),
    "answer": pgettext_lazy("clue term", "Answer after the outcome"),
    "feedback": pgettext_lazy("clue term", "First word to a named reporter"),
    "opening_minutes": pgettext_lazy("clue term", "Minutes for which an approved opening can be read"),
    "opening_request_hours": pgettext_lazy("clue term", "Hours after which a request to open lapses"),
    "remind_days": pgettext_lazy("clue term", "Days before the end at which a reminder comes"),
    "escalate_days": pgettext_lazy("clue term", "Days after the end at which those who supervise hear of it"),
    "keep_days": pgettext_lazy("clue term", "Days until an answered clue is wiped"),
    "rejected_keep_days": pgettext_lazy("clue term", "Days until a clue that was not accepted is wiped"),
    "transferred_keep_days": pgettext_lazy("clue term", "Days until a transferred clue is wiped"),
    "smallest_count": pgettext_lazy("clue term", "Smallest count that is told"),
    "links_a_trace": pgettext_lazy("clue term", "Clues with one trace, beyond which it links nothing"),
    "wave_weeks": pgettext_lazy("clue term", "Weeks of the past for waves"),
    "effect_weeks": pgettext_lazy("clue term", "Weeks before and after a talk"),
    "effect_controls": pgettext_lazy("clue term", "Like communities for each one"),
    "effect_fewest_controls": pgettext_lazy("clue term", "Fewest like communities"),
    "effect_caliper_percent": pgettext_lazy(
        "clue term",
        "Like communities: how far their cases before may differ, in percent of the usual play of chance",
    ),
    "effect_fewest_cases": pgettext_lazy("clue term", "Fewest cases"),
}
