"""Words of the five-colour map."""

from django.utils.translation import pgettext_lazy

from bandeng.risk.rules import (
    AlertKind,
    AlertState,
    AlertTaskKind,
    AlertTaskState,
    FindingKind,
    MapStatus,
    SetStatus,
    StockKind,
    SupervisionState,
    SurgeKind,
)
from reckon.index import NO_COMPLAINT_COUNTS, NO_OPINIONS, NO_PERSONS, NO_QUOTAS

STOCK_KINDS = {
    StockKind.POPULATION.value: pgettext_lazy("stock", "Resident population"),
    StockKind.PREMISES.value: pgettext_lazy("stock", "Business premises"),
    StockKind.FOOD_PREMISES.value: pgettext_lazy("stock", "Food and drug premises"),
}
STOCK_COLUMNS = {
    "area_code": pgettext_lazy("stock column", "Area code"),
    "kind": pgettext_lazy("stock column", "Kind"),
    "valid_from": pgettext_lazy("stock column", "Valid from"),
    "value": pgettext_lazy("stock column", "Number"),
    "source": pgettext_lazy("stock column", "Source"),
}
MAP_STATUSES = {
    MapStatus.DRAFT.value: pgettext_lazy("risk map", "Draft"),
    MapStatus.PUBLISHED.value: pgettext_lazy("risk map", "Published"),
    MapStatus.SUPERSEDED.value: pgettext_lazy("risk map", "Superseded"),
}
SET_STATUSES = {
    SetStatus.DRAFT.value: pgettext_lazy("indicator set", "Draft"),
    SetStatus.DECLARED.value: pgettext_lazy("indicator set", "Declared"),
}
#: Kinds of maps, as `reckon.colours.ColourRules` names their cuts.
LAYERS = {
    "master": pgettext_lazy("map layer", "Master map"),
    "dimension": pgettext_lazy("map layer", "Maps of dimensions"),
    "indicator": pgettext_lazy("map layer", "Maps of indicators"),
}
#: What of a set of indicators can differ, by `selectors.sets.Difference.what`.
SET_PARTS = {
    "weight": pgettext_lazy("indicator set", "Share"),
    "owner": pgettext_lazy("indicator set", "Answers for it"),
    "stock": pgettext_lazy("indicator set", "Counted against"),
    "name_zh": pgettext_lazy("indicator set", "Name in Chinese"),
    "name_en": pgettext_lazy("indicator set", "Name in English"),
    "definition_zh": pgettext_lazy("indicator set", "Definition in Chinese"),
    "definition_en": pgettext_lazy("indicator set", "Definition in English"),
    "source_zh": pgettext_lazy("indicator set", "Source in Chinese"),
    "source": pgettext_lazy("indicator set", "Source: which rule or choice it rests on"),
    "cuts": pgettext_lazy("indicator set", "Cut points"),
    "margin": pgettext_lazy("indicator set", "Falls when below by"),
    "months": pgettext_lazy("indicator set", "for months"),
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
SURGE_KINDS = {
    SurgeKind.RISE.value: pgettext_lazy("surge", "Surge"),
    SurgeKind.CLUSTER.value: pgettext_lazy("surge", "Cluster"),
}
#: How the expected count came about.
SURGE_METHODS = {
    "farrington": pgettext_lazy("surge method", "season and trend of past years"),
    "ears_c1": pgettext_lazy("surge method", "the seven weeks before"),
    "ears_c2": pgettext_lazy("surge method", "seven weeks, the latest two left out"),
    "mean": pgettext_lazy("surge method", "mean of the weeks before: the past is too short for a season"),
}
FINDING_KINDS = {
    FindingKind.EXPLAINED.value: pgettext_lazy("surge finding", "Explained"),
    FindingKind.REAL.value: pgettext_lazy("surge finding", "Real"),
    FindingKind.FOLLOW_UP.value: pgettext_lazy("surge finding", "Follow up"),
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
#: Why a name or definition was refused, by the reason of `reckon.index.REFUSED`.
WORD_REFUSALS = {
    NO_QUOTAS: pgettext_lazy(
        "risk refusal",
        "“%(word)s”: no indicator counts inspections or fines; appraisal must never be tied to them "
        "(国办发〔2024〕54号).",
    ),
    NO_COMPLAINT_COUNTS: pgettext_lazy(
        "risk refusal",
        "“%(word)s”: how much residents petition is no measure of an area. Measure how institutions answer "
        "(信访工作条例第十八条).",
    ),
    NO_PERSONS: pgettext_lazy(
        "risk refusal",
        "“%(word)s”: who petitions, reports or complains is never counted; a resident is never scored "
        "(个人信息保护法第七十三条).",
    ),
    NO_OPINIONS: pgettext_lazy(
        "risk refusal", "“%(word)s”: opinions and ratings of residents are neither mined nor scored."
    ),
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
    "planned_already": pgettext_lazy(
        "risk refusal", "Joint supervision is under way already. Release it before planning it anew."
    ),
    "outside": pgettext_lazy("risk refusal", "A community of another street was chosen."),
    "text_missing": pgettext_lazy("risk refusal", "Write what was done or found."),
    "reason_missing": pgettext_lazy("risk refusal", "Give the reason."),
    "month_running": pgettext_lazy(
        "risk refusal", "The month is not over. Sign its map once it has ended; until then it stays a draft."
    ),
    "retroactive": pgettext_lazy(
        "risk refusal", "Rules begin with a month to come. Choose a month after the present one."
    ),
    "draft_changed": pgettext_lazy(
        "risk refusal",
        "Somebody else has changed this draft since you opened it. What you typed is still below; nothing was "
        "saved. Open the draft in a second window, compare, then save again.",
    ),
    "draft_exists": pgettext_lazy(
        "risk refusal", "There is a draft already. Go on with it, or drop it first."
    ),
    "draft_gone": pgettext_lazy(
        "risk refusal", "The draft is gone: it was put in force or dropped. Nothing was saved."
    ),
    "nothing_changed": pgettext_lazy(
        "risk refusal", "The draft is the same as the set that it was copied from. Change something first."
    ),
    "before_base": pgettext_lazy(
        "risk refusal",
        "The draft goes on from a set that is in force from a later month only. Choose that month or a later one.",
    ),
    "set_undone": pgettext_lazy(
        "risk refusal",
        "Another set was declared for this month or an earlier one since this draft was copied, and would be undone. "
        "Drop the draft, copy the newest set, then make the changes again.",
    ),
    "set_known": pgettext_lazy(
        "risk refusal",
        "A set that is the same to the letter has been declared for this month already. Choose another month, or "
        "change something more.",
    ),
    "newer_version": pgettext_lazy(
        "risk refusal", "There is a newer version of this month's map. Look at that one, then sign it."
    ),
    "earlier_changed": pgettext_lazy(
        "risk refusal",
        "The map of the month before was published anew after this draft was made. Make the draft anew, "
        "look at it, then sign.",
    ),
    "upload_brought": pgettext_lazy("risk refusal", "This file has been brought in already."),
    "upload_raced": pgettext_lazy(
        "risk refusal", "Somebody brought figures in at the same moment. Nothing was changed; try again."
    ),
    "looked_into": pgettext_lazy(
        "risk refusal",
        "Somebody else has recorded a finding meanwhile. Read it below, then record yours if it is still needed.",
    ),
    "alert_raced": pgettext_lazy(
        "risk refusal",
        "Somebody else has followed up a surge of the same kind in this street at the same moment. Load the page "
        "again, then record yours if it is still needed.",
    ),
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
    "no_month": pgettext_lazy("risk refusal", "This is no month. Write it like 202610."),
    "month_ahead": pgettext_lazy("risk refusal", "The month has not begun yet."),
    "no_indicators": pgettext_lazy("risk refusal", "No indicators are declared. Run bandeng setup."),
    "no_streets": pgettext_lazy("risk refusal", "There are no streets yet. Bring the areas in first."),
    "no_reference": pgettext_lazy(
        "risk refusal", "The reference year cannot be frozen: the record of its months is not enough."
    ),
    "published": pgettext_lazy("risk refusal", "A map of this month has been published already."),
    "no_map": pgettext_lazy("risk refusal", "There is no map of this month. Make one with bandeng risk run."),
}
#: Sources that came with the program and name statutes by their Chinese titles.
SOURCES_IN_ENGLISH = {
    "信访工作条例第三十四条；政府信息公开条例第三十三条；the choice is ours": (
        "Regulations on Petition Work, article 34; Regulations on Open Government Information, article 33; "
        "the choice is ours"
    ),
    "信访工作条例第三十四条；the choice is ours": "Regulations on Petition Work, article 34; the choice is ours",
    "信访工作条例第三十五条、第三十六条；the choice is ours": (
        "Regulations on Petition Work, articles 35 and 36; the choice is ours"
    ),
    "反电信网络诈骗法第三十四条；the choice is ours": (
        "Law against Telecom and Online Fraud, article 34; the choice is ours"
    ),
    "生态环境法典第五百九十九条（噪声）；the choice is ours": (
        "Code of the Ecological Environment, article 599 (noise); the choice is ours"
    ),
}
