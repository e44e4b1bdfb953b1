"""Why an act is refused, in words for whoever tried it."""

from enum import StrEnum

from django.utils.translation import pgettext_lazy


class Refusal(StrEnum):
    """Why an act cannot be done now."""

    STATE = "state"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    REASON = "reason"
    TASKS_OPEN = "tasks_open"
    CHILDREN_OPEN = "children_open"
    NO_TASK = "no_task"
    LEAD_UNKNOWN = "lead_unknown"
    OUT_OF_PLACE = "out_of_place"
    ALREADY_TAKES_PART = "already_takes_part"
    POST_ELSEWHERE = "post_elsewhere"
    OWN_WORK = "own_work"
    LIMIT = "limit"
    EXTENSION = "extension"
    TYPE_UNKNOWN = "type_unknown"
    TYPE_SAME = "type_same"
    MERGE_SELF = "merge_self"
    MERGE_TARGET = "merge_target"
    MERGE_FAMILY = "merge_family"
    MERGE_OWN = "merge_own"
    MERGE_TARGET_MERGED = "merge_target_merged"
    MERGE_ORDER = "merge_order"
    NOT_MERGED = "not_merged"
    SPLIT_PARTS = "split_parts"
    OTHERS_REPORTED = "others_reported"
    RATING = "rating"
    RATING_OVER = "rating_over"
    REOPEN_OVER = "reopen_over"
    PHOTOS_MANY = "photos_many"
    REVIEW_TYPE = "review_type"
    REVIEW_OPEN = "review_open"
    REVIEW_OVER = "review_over"
    REVIEW_LAST = "review_last"
    REVIEW_STATE = "review_state"
    REVIEW_CONFLICT = "review_conflict"
    REVIEW_EXAMINER = "review_examiner"
    REVIEW_BODY = "review_body"
    REVIEW_DAY = "review_day"
    REVIEW_HEARING = "review_hearing"
    REVIEW_DOCUMENT = "review_document"


MESSAGES = {
    Refusal.STATE: pgettext_lazy(
        "refusal",
        "The matter's state does not allow this. Look at it again: somebody may have changed it.",
    ),
    Refusal.PAUSED: pgettext_lazy(
        "refusal",
        "The clock is paused. Resume it first.",
    ),
    Refusal.NOT_PAUSED: pgettext_lazy(
        "refusal",
        "The clock is not paused.",
    ),
    Refusal.REASON: pgettext_lazy(
        "refusal",
        "A reason is missing. Write what others need to know.",
    ),
    Refusal.TASKS_OPEN: pgettext_lazy(
        "refusal",
        "Co-handlers have not finished. Wait for them, or say why the matter is settled without them.",
    ),
    Refusal.CHILDREN_OPEN: pgettext_lazy(
        "refusal",
        "Parts of this matter are still open. They end first.",
    ),
    Refusal.NO_TASK: pgettext_lazy(
        "refusal",
        "Your organisation has no open task in this matter.",
    ),
    Refusal.LEAD_UNKNOWN: pgettext_lazy(
        "refusal",
        "There is no such active organisation. Choose one from the list.",
    ),
    Refusal.OUT_OF_PLACE: pgettext_lazy(
        "refusal",
        "This organisation serves another area. Choose the one that serves the place.",
    ),
    Refusal.ALREADY_TAKES_PART: pgettext_lazy(
        "refusal",
        "This organisation already takes part in the matter.",
    ),
    Refusal.POST_ELSEWHERE: pgettext_lazy(
        "refusal",
        "This post does not belong to the lead, or has ended.",
    ),
    Refusal.OWN_WORK: pgettext_lazy(
        "refusal",
        "You handled this matter yourself. Somebody else verifies it.",
    ),
    Refusal.LIMIT: pgettext_lazy(
        "refusal",
        "The limit cannot be read. Write a number and wh, wd, d or h, such as 5wd.",
    ),
    Refusal.EXTENSION: pgettext_lazy(
        "refusal",
        "The extension is longer than the rules allow, or counts in another unit than the limit.",
    ),
    Refusal.TYPE_UNKNOWN: pgettext_lazy(
        "refusal",
        "There is no such matter type in force.",
    ),
    Refusal.TYPE_SAME: pgettext_lazy(
        "refusal",
        "The matter has this type already.",
    ),
    Refusal.MERGE_SELF: pgettext_lazy(
        "refusal",
        "A matter cannot be merged into itself.",
    ),
    Refusal.MERGE_TARGET: pgettext_lazy(
        "refusal",
        "The other matter is not open. Choose an open one.",
    ),
    Refusal.MERGE_FAMILY: pgettext_lazy(
        "refusal",
        "A matter with parts, or a part of one, is not merged.",
    ),
    Refusal.MERGE_OWN: pgettext_lazy(
        "refusal",
        "Your own organisation handles this matter, and it is late, was given back or was taken up again: it would no "
        "longer count. Ask a dispatcher of another organisation to merge it.",
    ),
    Refusal.MERGE_TARGET_MERGED: pgettext_lazy(
        "refusal",
        "The other matter is itself merged into a third one. Merge into that one.",
    ),
    Refusal.MERGE_ORDER: pgettext_lazy(
        "refusal",
        "The matter that took this one in was merged itself. Undo that merge first.",
    ),
    Refusal.NOT_MERGED: pgettext_lazy(
        "refusal",
        "The matter is not merged, or the one that took it in has ended.",
    ),
    Refusal.SPLIT_PARTS: pgettext_lazy(
        "refusal",
        "A split needs at least one part, each with a title, and no more than the rules allow.",
    ),
    Refusal.OTHERS_REPORTED: pgettext_lazy(
        "refusal",
        "Others reported this matter as well, so it goes on.",
    ),
    Refusal.RATING: pgettext_lazy(
        "refusal",
        "A rating is a whole number from 1 to 5, given when the matter is closed.",
    ),
    Refusal.RATING_OVER: pgettext_lazy(
        "refusal",
        "The time for rating this matter is over.",
    ),
    Refusal.REOPEN_OVER: pgettext_lazy(
        "refusal",
        "The time for reopening this matter is over. Report it anew and name this number.",
    ),
    Refusal.PHOTOS_MANY: pgettext_lazy(
        "refusal",
        "The matter has as many photos as the rules allow.",
    ),
    Refusal.REVIEW_TYPE: pgettext_lazy(
        "refusal",
        "Only the answer to a petition that makes a claim is reviewed. Others can be taken up again instead.",
    ),
    Refusal.REVIEW_OPEN: pgettext_lazy(
        "refusal",
        "The answer is being reviewed. Wait for the decision.",
    ),
    Refusal.REVIEW_OVER: pgettext_lazy(
        "refusal",
        "The time for asking for a review is over. Who has new facts can report them anew.",
    ),
    Refusal.REVIEW_LAST: pgettext_lazy(
        "refusal",
        "The last review has decided. There is none after it.",
    ),
    Refusal.REVIEW_STATE: pgettext_lazy(
        "refusal",
        "The review does not stand where you saw it: somebody may have taken it up or decided it. Look at it again.",
    ),
    Refusal.REVIEW_CONFLICT: pgettext_lazy(
        "refusal",
        "You had a hand in this answer or its first review. Somebody else decides.",
    ),
    Refusal.REVIEW_EXAMINER: pgettext_lazy(
        "refusal",
        "Somebody else examines this review. Take it over first.",
    ),
    Refusal.REVIEW_BODY: pgettext_lazy(
        "refusal",
        "Nobody is named who could review this answer. Tell the governance centre.",
    ),
    Refusal.REVIEW_DAY: pgettext_lazy(
        "refusal",
        "The request cannot have arrived before the answer, or in the future.",
    ),
    Refusal.REVIEW_HEARING: pgettext_lazy(
        "refusal",
        "A hearing belongs to a second review that is being examined, once. One that is on ends before the decision.",
    ),
    Refusal.REVIEW_DOCUMENT: pgettext_lazy(
        "refusal",
        "A body outside this platform decides in writing. Enter the number of its document.",
    ),
}


class Refused(Exception):
    """An act that the rules do not allow now; `code` for programs, the text for people."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value)
        self.code = code

    def __str__(self) -> str:
        """What is wrong and what to do next, in the reader's language."""
        return str(MESSAGES[self.code])


SHORTEST_REASON = 2


def reason_checked(reason: str) -> str:
    """The reason without blanks around it. Raises Refused when there is none."""
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        raise Refused(Refusal.REASON)
    return text
