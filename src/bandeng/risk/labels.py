"""Words of the five-colour map."""

from django.utils.translation import pgettext_lazy

from bandeng.risk.rules import (
    AlertKind,
    AlertState,
    AlertTaskKind,
    AlertTaskState,
    MapStatus,
    StockKind,
    SupervisionState,
)

STOCK_KINDS = {
    StockKind.POPULATION.value: pgettext_lazy("stock", "Resident population"),
    StockKind.PREMISES.value: pgettext_lazy("stock", "Business premises"),
    StockKind.FOOD_PREMISES.value: pgettext_lazy("stock", "Food and drug premises"),
}
MAP_STATUSES = {
    MapStatus.DRAFT.value: pgettext_lazy("risk map", "Draft"),
    MapStatus.PUBLISHED.value: pgettext_lazy("risk map", "Published"),
    MapStatus.SUPERSEDED.value: pgettext_lazy("risk map", "Superseded"),
}
ALERT_KINDS = {
    AlertKind.COLOUR.value: pgettext_lazy("alert", "Colour of the street"),
    AlertKind.DETECTOR.value: pgettext_lazy("alert", "Unusual rise"),
}
ALERT_STATES = {
    AlertState.RAISED.value: pgettext_lazy("alert", "To be examined"),
    AlertState.EXAMINING.value: pgettext_lazy("alert", "Self-examination"),
    AlertState.ACTING.value: pgettext_lazy("alert", "Measures under way"),
    AlertState.REVIEWING.value: pgettext_lazy("alert", "Under review"),
    AlertState.CLOSED.value: pgettext_lazy("alert", "Closed"),
}
ALERT_TASK_KINDS = {
    AlertTaskKind.EXAMINATION.value: pgettext_lazy("alert task", "Self-examination of the street"),
    AlertTaskKind.MEASURE.value: pgettext_lazy("alert task", "Measure"),
    AlertTaskKind.VISIT.value: pgettext_lazy("alert task", "Joint visit"),
}
ALERT_TASK_STATES = {
    AlertTaskState.OPEN.value: pgettext_lazy("alert task", "Open"),
    AlertTaskState.DONE.value: pgettext_lazy("alert task", "Done"),
}
SUPERVISION_STATES = {
    SupervisionState.PLANNED.value: pgettext_lazy("supervision", "Planned"),
    SupervisionState.VISITING.value: pgettext_lazy("supervision", "Visits under way"),
    SupervisionState.RELEASED.value: pgettext_lazy("supervision", "Released"),
}
#: Words of an alert's story.
ACTS = {
    "raised": pgettext_lazy("alert act", "Alert raised"),
    "taken_up": pgettext_lazy("alert act", "Self-examination begun"),
    "examined": pgettext_lazy("alert act", "Self-examination reported, responsible body named"),
    "task_added": pgettext_lazy("alert act", "Measure set"),
    "task_done": pgettext_lazy("alert act", "Measure reported done"),
    "planned": pgettext_lazy("alert act", "Joint supervision planned"),
    "visited": pgettext_lazy("alert act", "Visit reported"),
    "released": pgettext_lazy("alert act", "Joint supervision released"),
    "reviewed": pgettext_lazy("alert act", "Put up for review"),
    "sent_back": pgettext_lazy("alert act", "More measures needed"),
    "closed": pgettext_lazy("alert act", "Closed after review"),
    "level": pgettext_lazy("alert act", "New map published"),
}
#: Why an act was refused, by `rules.NotAllowed.code`.
REFUSALS = {
    "state": pgettext_lazy(
        "risk refusal",
        "This cannot be done in the present state. Look at the page again: somebody may have been quicker.",
    ),
    "not_a_draft": pgettext_lazy(
        "risk refusal", "Only a draft can be published. Make a new draft of the month first."
    ),
    "cause_missing": pgettext_lazy("risk refusal", "Write what the self-examination found."),
    "communities_missing": pgettext_lazy("risk refusal", "Choose the communities where it was found."),
    "body_missing": pgettext_lazy("risk refusal", "Name the body that is responsible from now on."),
    "measure_missing": pgettext_lazy(
        "risk refusal", "No measure has been set yet. Set one, with who and until when."
    ),
    "tasks_open": pgettext_lazy("risk refusal", "Some tasks are still open. Have them reported first."),
    "supervision_open": pgettext_lazy(
        "risk refusal", "A red street is closed only after joint supervision has been released."
    ),
    "level_not_fallen": pgettext_lazy(
        "risk refusal",
        "The newest published map does not show a lower colour yet. Send it back for more measures, "
        "or wait for the next map.",
    ),
    "visits_missing": pgettext_lazy(
        "risk refusal", "Joint supervision needs visits of at least two departments."
    ),
    "not_red": pgettext_lazy("risk refusal", "Joint supervision is for streets that are red."),
    "planned_already": pgettext_lazy("risk refusal", "Joint supervision has been planned already."),
    "outside": pgettext_lazy("risk refusal", "A community of another street was chosen."),
    "text_missing": pgettext_lazy("risk refusal", "Write what was done or found."),
    "reason_missing": pgettext_lazy("risk refusal", "Give the reason."),
    "changed": pgettext_lazy(
        "risk refusal", "The draft was made anew while you were looking. Look at it again, then sign."
    ),
}
#: Why a month cannot be mapped, by `RunRefused.code`.
RUN_REFUSALS = {
    "no_record": pgettext_lazy(
        "risk refusal",
        "The record has no figures of this month. Follow the event log first (bandeng ledger follow), "
        "or name a later month.",
    ),
    "no_indicators": pgettext_lazy("risk refusal", "No indicators are declared. Run bandeng setup."),
    "no_streets": pgettext_lazy("risk refusal", "There are no streets yet. Bring the areas in first."),
    "no_reference": pgettext_lazy(
        "risk refusal", "The reference year cannot be frozen: the record of its months is not enough."
    ),
    "no_map": pgettext_lazy("risk refusal", "There is no map of this month. Make one with bandeng risk run."),
}
