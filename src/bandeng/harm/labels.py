"""Every word that a user sees for a code of enterprises' alerts."""

from django.utils.translation import get_language, pgettext, pgettext_lazy

from bandeng.harm.rules import (
    AlertState,
    AlertStepKind,
    DocumentKind,
    ImportKind,
    ImportState,
    LetterState,
    NoticeKind,
    Outcome,
    PairState,
)
from reckon.harm import Level, kinds_in_force, triggers_in_force

ALERT_STATES = [
    (AlertState.NEW.value, pgettext_lazy("alert state", "To verify")),
    (AlertState.VERIFYING.value, pgettext_lazy("alert state", "Verifying")),
    (AlertState.TALKING.value, pgettext_lazy("alert state", "Talking")),
    (AlertState.ACTING.value, pgettext_lazy("alert state", "Acting")),
    (AlertState.CLOSED.value, pgettext_lazy("alert state", "Closed")),
]
OUTCOMES = [
    (Outcome.SETTLED.value, pgettext_lazy("alert outcome", "Settled")),
    (Outcome.REFERRED.value, pgettext_lazy("alert outcome", "Referred to the competent authority")),
    (Outcome.UNFOUNDED.value, pgettext_lazy("alert outcome", "False alarm")),
    (Outcome.MERGED.value, pgettext_lazy("alert outcome", "Goes on in another alert")),
]
#: What a person closes with; the last comes of joining two enterprises.
OUTCOMES_CHOSEN = [row for row in OUTCOMES if row[0] != Outcome.MERGED.value]
IMPORT_STATES = [
    (ImportState.STAGED.value, pgettext_lazy("stream import", "Looked through, not brought in")),
    (ImportState.DONE.value, pgettext_lazy("stream import", "Brought in")),
    (ImportState.DROPPED.value, pgettext_lazy("stream import", "Given up")),
    (ImportState.UNDONE.value, pgettext_lazy("stream import", "Taken back")),
]
NOTICE_KINDS = [
    (NoticeKind.RAISED.value, pgettext_lazy("alert notice", "New alert")),
    (NoticeKind.ROSE.value, pgettext_lazy("alert notice", "Level rose")),
    (NoticeKind.FELL.value, pgettext_lazy("alert notice", "Level fell")),
    (NoticeKind.ASSIGNED.value, pgettext_lazy("alert notice", "Given to you")),
    (NoticeKind.ANSWERED.value, pgettext_lazy("alert notice", "The enterprise has answered")),
    (NoticeKind.LATE.value, pgettext_lazy("alert notice", "Overdue")),
]
ALERT_STEP_KINDS = [
    (AlertStepKind.RAISED.value, pgettext_lazy("alert step", "Alert raised")),
    (AlertStepKind.ROSE.value, pgettext_lazy("alert step", "Level rose")),
    (AlertStepKind.FELL.value, pgettext_lazy("alert step", "Level fell")),
    (AlertStepKind.MERGED.value, pgettext_lazy("alert step", "Two alerts of one enterprise joined")),
    (AlertStepKind.MOVED.value, pgettext_lazy("alert step", "Moved here: records speak of one enterprise")),
    (AlertStepKind.GIVEN_BACK.value, pgettext_lazy("alert step", "Given back: the enterprises are two")),
    (AlertStepKind.ASSIGNED.value, pgettext_lazy("alert step", "Given to a department")),
    (AlertStepKind.VERIFYING.value, pgettext_lazy("alert step", "Verification began")),
    (AlertStepKind.TALKING.value, pgettext_lazy("alert step", "Talk with the enterprise")),
    (AlertStepKind.ACTING.value, pgettext_lazy("alert step", "Measures agreed")),
    (AlertStepKind.NOTED.value, pgettext_lazy("alert step", "Note")),
    (AlertStepKind.FACT_CONFIRMED.value, pgettext_lazy("alert step", "Fact confirmed")),
    (AlertStepKind.FACT_WITHDRAWN.value, pgettext_lazy("alert step", "Fact withdrawn")),
    (AlertStepKind.LETTER_ISSUED.value, pgettext_lazy("alert step", "Enterprise told, may answer")),
    (AlertStepKind.LETTER_WITHDRAWN.value, pgettext_lazy("alert step", "Letter withdrawn")),
    (AlertStepKind.ANSWERED.value, pgettext_lazy("alert step", "Enterprise answered")),
    (AlertStepKind.CONSIDERED.value, pgettext_lazy("alert step", "Answer considered")),
    (AlertStepKind.CLOSED.value, pgettext_lazy("alert step", "Case closed")),
    (AlertStepKind.REOPENED.value, pgettext_lazy("alert step", "Taken up again")),
]
PAIR_STATES = [
    (PairState.SUGGESTED.value, pgettext_lazy("pair state", "To judge")),
    (PairState.SAME.value, pgettext_lazy("pair state", "One enterprise")),
    (PairState.DIFFERENT.value, pgettext_lazy("pair state", "Two enterprises")),
]
IMPORT_KINDS = [
    (ImportKind.FILINGS.value, pgettext_lazy("stream import", "Court filings")),
    (ImportKind.ARBITRATION.value, pgettext_lazy("stream import", "Labour arbitration")),
    (ImportKind.INSPECTIONS.value, pgettext_lazy("stream import", "Defects found by inspections")),
    (ImportKind.REGISTRY.value, pgettext_lazy("stream import", "Extract of the business registry")),
]
DOCUMENT_KINDS = [
    (DocumentKind.RUN.value, pgettext_lazy("harm document", "Weekly run")),
    (DocumentKind.TOPICS.value, pgettext_lazy("harm document", "Table of hot topics")),
    (DocumentKind.STUDY.value, pgettext_lazy("harm document", "Study")),
]
LETTER_STATES = [
    (LetterState.ISSUED.value, pgettext_lazy("letter state", "Waiting for an answer")),
    (LetterState.ANSWERED.value, pgettext_lazy("letter state", "Answered, to consider")),
    (LetterState.CONSIDERED.value, pgettext_lazy("letter state", "Answer was considered")),
    (LetterState.WITHDRAWN.value, pgettext_lazy("letter state", "Withdrawn")),
]
LEVELS = [
    (int(Level.NONE), pgettext_lazy("alert level", "Below watch")),
    (int(Level.WATCH), pgettext_lazy("alert level", "Watch")),
    (int(Level.ATTENTION), pgettext_lazy("alert level", "Attention")),
    (int(Level.URGENT), pgettext_lazy("alert level", "Urgent")),
]


def chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "zh").startswith("zh")


def _called(name_zh: str, name_en: str) -> str:
    return name_zh if chinese() else name_en


def kind_name(code: str) -> str:
    """The name of a kind of harm."""
    kind = kinds_in_force().kinds.get(code)
    return _called(kind.name_zh, kind.name_en) if kind else ""


def kind_choices() -> list[tuple[str, str]]:
    """All kinds of harm with their names."""
    return [(code, kind_name(code)) for code in kinds_in_force().kinds]


def stream_name(code: str) -> str:
    """The name of a stream."""
    stream = kinds_in_force().streams.get(code)
    if stream:
        return _called(stream.name_zh, stream.name_en)
    if code == "registry":
        return pgettext("stream", "Registry extract")
    return pgettext("stream", "Confirmed fact") if code == "facts" else ""


def signal_name(code: str) -> str:
    """The name of a fact that a person confirms."""
    signal = triggers_in_force().signals.get(code)
    return _called(signal.name_zh, signal.name_en) if signal else ""


def trigger_reason(code: str) -> str:
    """Why a hard trigger fired, with its source."""
    found = next((row for row in triggers_in_force().triggers if row.id == code), None)
    if found is None:
        return ""
    source = _called(found.source, found.source_en)
    return pgettext("hard trigger", "%(reason)s (%(source)s)") % {
        "reason": _called(found.reason_zh, found.reason_en), "source": source
    }  # fmt: skip


def signal_choices(kind: str) -> list[tuple[str, str]]:
    """The facts that the triggers of a kind ask for."""
    table = triggers_in_force()
    codes = {one.fact for row in table.triggers if row.kind == kind for one in row.when}
    return [(code, signal_name(code)) for code in table.signals if code in codes]
