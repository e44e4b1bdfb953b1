"""Words for the codes of evaluations."""

from django.utils.translation import pgettext_lazy

from bandeng.evaluation.rules import (
    CommentState,
    EvaluationState,
    Kind,
    ObjectionKind,
    ObjectionState,
    PlanState,
    RatingState,
    Relation,
    RuleDraftState,
    Verdict,
)
from reckon.index import Standing

KINDS = [
    (Kind.GRIDS.value, pgettext_lazy("evaluation kind", "Grid index")),
    (Kind.POSTS.value, pgettext_lazy("evaluation kind", "Evaluation of posts")),
]
EVALUATION_STATES = [
    (EvaluationState.DRAFT.value, pgettext_lazy("evaluation state", "Draft")),
    (EvaluationState.OBJECTING.value, pgettext_lazy("evaluation state", "Draft, open to objections")),
    (EvaluationState.ANSWERED.value, pgettext_lazy("evaluation state", "Draft, objections answered")),
    (EvaluationState.SIGNED.value, pgettext_lazy("evaluation state", "Signed")),
    (EvaluationState.PUBLISHED.value, pgettext_lazy("evaluation state", "Published")),
    (EvaluationState.SUPERSEDED.value, pgettext_lazy("evaluation state", "Replaced by a later version")),
    (EvaluationState.DROPPED.value, pgettext_lazy("evaluation state", "Set aside")),
]
OBJECTION_KINDS = [
    (ObjectionKind.OBJECTION.value, pgettext_lazy("objection kind", "Objection")),
    (ObjectionKind.APPEAL.value, pgettext_lazy("objection kind", "Appeal")),
]
OBJECTION_STATES = [
    (ObjectionState.RAISED.value, pgettext_lazy("objection state", "Waits for an answer")),
    (ObjectionState.UPHELD.value, pgettext_lazy("objection state", "Upheld")),
    (ObjectionState.REFUSED.value, pgettext_lazy("objection state", "Not upheld")),
    (ObjectionState.WITHDRAWN.value, pgettext_lazy("objection state", "Withdrawn")),
]
RELATIONS = [
    (Relation.PEER.value, pgettext_lazy("rater", "Peer")),
    (Relation.SUPERVISOR.value, pgettext_lazy("rater", "Supervisor")),
]
RATING_STATES = [
    (RatingState.INVITED.value, pgettext_lazy("form state", "To be filled in")),
    (RatingState.GIVEN.value, pgettext_lazy("form state", "Filled in")),
    (RatingState.CONFLICTED.value, pgettext_lazy("form state", "Conflict of interest")),
]
COMMENT_STATES = [
    (CommentState.EMPTY.value, pgettext_lazy("comment state", "No text")),
    (CommentState.WAITING.value, pgettext_lazy("comment state", "To be looked through")),
    (CommentState.SHOWN.value, pgettext_lazy("comment state", "Shown")),
    (CommentState.HIDDEN.value, pgettext_lazy("comment state", "Not shown")),
]
VERDICTS = [
    (Verdict.WAITING.value, pgettext_lazy("audit verdict", "To be checked")),
    (Verdict.CONFIRMED.value, pgettext_lazy("audit verdict", "Found true")),
    (Verdict.REFUTED.value, pgettext_lazy("audit verdict", "Found untrue")),
]
PLAN_STATES = [
    (PlanState.PROPOSED.value, pgettext_lazy("plan state", "Proposal")),
    (PlanState.DECIDED.value, pgettext_lazy("plan state", "Decided")),
]
RULE_DRAFT_STATES = [
    (RuleDraftState.PREPARED.value, pgettext_lazy("rule draft", "Being prepared")),
    (RuleDraftState.ADOPTED.value, pgettext_lazy("rule draft", "Adopted")),
    (RuleDraftState.DROPPED.value, pgettext_lazy("rule draft", "Dropped")),
]
RULE_SETTINGS = {
    "window_months": pgettext_lazy("rule setting", "Months that a score looks at"),
    "audit_share": pgettext_lazy("rule setting", "Share of closed records that is audited"),
    "audit_each": pgettext_lazy("rule setting", "Audited records of each unit at least"),
    "peers_least": pgettext_lazy("rule setting", "Peers below which nothing of theirs is shown"),
    "objection_limit": pgettext_lazy("rule setting", "Working days for objections"),
    "appeal_limit": pgettext_lazy("rule setting", "Working days for appeals"),
}
TRICKS = {
    "self_file": pgettext_lazy("trick", "Reporting and closing at once oneself"),
    "self_file_slowly": pgettext_lazy("trick", "The same, but waiting ten minutes"),
    "split": pgettext_lazy("trick", "Splitting one case into several"),
    "early_close": pgettext_lazy("trick", "Closing before anything is settled"),
    "bounce": pgettext_lazy("trick", "Giving back what is hard"),
    "hoard": pgettext_lazy("trick", "Taking on only what is easy"),
    "duplicates": pgettext_lazy("trick", "Reporting the same twice"),
    "volume": pgettext_lazy("trick", "Reporting what needs nobody"),
    "retype": pgettext_lazy("trick", "Giving another type to what goes wrong"),
    "grade_up": pgettext_lazy("trick", "Calling easy cases hard"),
    "small_hazards": pgettext_lazy("trick", "Reporting hazards that are none"),
    "merge_wrong": pgettext_lazy("trick", "Merging what goes wrong as a duplicate"),
    "claim": pgettext_lazy("trick", "Filing residents' hazards as found by oneself"),
    "more_needed_work": pgettext_lazy("trick", "For comparison, no trick: more needed work"),
}
STANDINGS = {
    Standing.FAR_BELOW.value: pgettext_lazy("standing", "Far below what was expected"),
    Standing.BELOW.value: pgettext_lazy("standing", "Below what was expected"),
    Standing.AS_EXPECTED.value: pgettext_lazy("standing", "As expected"),
    Standing.ABOVE.value: pgettext_lazy("standing", "Above what was expected"),
    Standing.FAR_ABOVE.value: pgettext_lazy("standing", "Far above what was expected"),
    Standing.INSUFFICIENT.value: pgettext_lazy("standing", "Too few cases to say"),
}
SIDES = {
    "character": pgettext_lazy("form", "Character"),
    "ability": pgettext_lazy("form", "Ability"),
}
REFUSALS = {
    "state": pgettext_lazy("evaluation", "This is not possible in the present state. Reload the page."),
    "retroactive": pgettext_lazy(
        "evaluation", "Rules never change backwards: choose a month that has not begun and was not scored."
    ),
    "published": pgettext_lazy(
        "evaluation", "This month is published. It changes when an appeal against it is upheld."
    ),
    "ended": pgettext_lazy("evaluation", "This month has ended. Choose the present one or one to come."),
    "moved": pgettext_lazy(
        "evaluation", "The figures have changed since you opened the page. Look through them again."
    ),
    "calendar_missing": pgettext_lazy(
        "evaluation",
        "The calendar of working days does not reach so far, so no deadline can be told. Have next year's brought in.",
    ),
    "too_far": pgettext_lazy("evaluation", "This month is too far ahead. Choose one within two years."),
    "forms_late": pgettext_lazy(
        "evaluation", "Forms are about the present month or the one before. Choose one of them."
    ),
    "rules_missing": pgettext_lazy("evaluation", "No version of the rules is in force in this month."),
    "reference_missing": pgettext_lazy(
        "evaluation", "There is too little history before this month to freeze a reference from."
    ),
    "not_ended": pgettext_lazy(
        "evaluation", "This month has not ended yet. Choose one that has, so that all its work can be seen."
    ),
    "answered": pgettext_lazy("evaluation", "This point was answered already. What was decided stands."),
    "forms_closed": pgettext_lazy(
        "evaluation", "The forms of this month are closed: its evaluation has been signed."
    ),
    "record_missing": pgettext_lazy(
        "evaluation",
        "No record is named, so there is nothing to leave out. Ask for the record, or do not uphold it.",
    ),
    "own_text": pgettext_lazy(
        "evaluation", "Nobody lets a text through that is about themselves or by themselves."
    ),
    "drawn": pgettext_lazy("evaluation", "The sample of this month was drawn already. It is drawn once."),
    "no_way": pgettext_lazy(
        "evaluation",
        "There is no way to these numbers within skills and limits. Change them, or make a new proposal.",
    ),
    "skill_known": pgettext_lazy("evaluation", "This skill of the post is recorded already."),
    "skill_unknown": pgettext_lazy("evaluation", "There is no such post or skill. Choose from the lists."),
    "same_rules": pgettext_lazy("evaluation", "Nothing was changed against the version in force."),
    "based_on_old": pgettext_lazy(
        "evaluation", "Another version came in meanwhile. Start again from it, so that nothing of it is lost."
    ),
    "not_begun": pgettext_lazy("evaluation", "This month has not begun. Choose one that has."),
    "open_one": pgettext_lazy("evaluation", "This month has an unsigned draft already. Finish it first."),
    "too_early": pgettext_lazy("evaluation", "The period for objections has not ended yet."),
    "too_late": pgettext_lazy("evaluation", "The period for this has ended."),
    "unanswered": pgettext_lazy("evaluation", "There are objections without an answer. Answer them first."),
    "own_score": pgettext_lazy("evaluation", "Whoever is scored here can neither answer nor sign."),
    "not_own": pgettext_lazy("evaluation", "Only whoever is scored can object to it."),
    "no_text": pgettext_lazy("evaluation", "Say why, in a sentence or two."),
    "duplicate": pgettext_lazy("evaluation", "This point is under objection already. Wait for the answer."),
    "unknown_record": pgettext_lazy("evaluation", "This record does not count towards the score."),
    "answers": pgettext_lazy("evaluation", "Answer every question from 1 to 5."),
    "not_invited": pgettext_lazy("evaluation", "You are not asked to fill in this form."),
    "own_record": pgettext_lazy("evaluation", "Nobody audits their own work."),
    "same_person": pgettext_lazy("evaluation", "Whoever answered it cannot sign it: ask a colleague."),
    "counts": pgettext_lazy("evaluation", "Give a whole number of posts for every team, none below zero."),
    "total": pgettext_lazy("evaluation", "The numbers do not add up to the posts that there are."),
    "teams_missing": pgettext_lazy("evaluation", "There are no teams with work to share out."),
}
