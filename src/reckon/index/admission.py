"""What a figure may be made of: an allow-list, and the reasons for what is refused by name.

Kept in code and not in the declared data, because whoever edits the data must not be able to lift it.
"""

import re

from reckon.index.reading import DeclarationInvalid

NO_QUOTAS = (
    "the number of inspections or fines must not be appraised "
    "(国办发〔2024〕54号: no quotas; appraisal is never tied to inspections or fines)"
)
NO_COMPLAINT_COUNTS = (
    "how much residents petition is no measure of an area; offices would suppress it "
    "(信访工作条例第十八条, no retaliation). Measure how institutions answer"
)
NO_PERSONS = (
    "who petitions, reports or complains is no input: a resident is never scored (个人信息保护法第七十三条)"
)
NO_OPINIONS = "opinions and ratings of persons are no input: they are neither mined nor scored"

REFUSED: dict[str, str] = {
    "inspection": NO_QUOTAS,
    "fine": NO_QUOTAS,
    "penalty": NO_QUOTAS,
    "penaltie": NO_QUOTAS,
    "sanction": NO_QUOTAS,
    "检查": NO_QUOTAS,
    "罚款": NO_QUOTAS,
    "处罚": NO_QUOTAS,
    "petition": NO_COMPLAINT_COUNTS,
    "信访量": NO_COMPLAINT_COUNTS,
    "petitioner": NO_PERSONS,
    "complainant": NO_PERSONS,
    "reporter": NO_PERSONS,
    "信访人": NO_PERSONS,
    "上访": NO_PERSONS,
    "opinion": NO_OPINIONS,
    "rating": NO_OPINIONS,
    "satisfaction": NO_OPINIONS,
    "vote": NO_OPINIONS,
    "support": NO_OPINIONS,
    "sentiment": NO_OPINIONS,
    "满意度": NO_OPINIONS,
    "舆情": NO_OPINIONS,
}
"""Word without its plural s, or Chinese word, and why it is refused."""

EVENTS = frozenset({"matters", "tasks"})
STOCKS = frozenset({"population", "premises", "food_premises"})
RECORDS = EVENTS | STOCKS
"""All that may be counted. `tasks` are an organisation's or post's part in a matter."""
FLAGS = frozenset(
    {
        "late",
        "accepted_late",
        "overdue",
        "reopened",
        "returned",
        "escalated",
        "confirmed",
        "reviewed",
        "overturned",
        "joint",
        "found_by_grid",
    }
)
SPANS = frozenset({"days_to_accept", "days_to_close"})
COUNTS = frozenset({"all"}) | FLAGS | SPANS
MOMENTS = frozenset({"opened", "accepted", "due", "closed", "standing"})
FIELDS = frozenset({"category", "source", "severity", "outcome", "flags"})
SOURCES = frozenset({"resident", "grid", "phone", "api", "open311", "import"})
SEVERITIES = frozenset({"normal", "urgent", "critical"})
OUTCOMES = frozenset({"closed", "rejected", "withdrawn", "merged"})
WORDS_OF_FIELD = {"source": SOURCES, "severity": SEVERITIES, "outcome": OUTCOMES, "flags": FLAGS}

VOICE_CATEGORIES = ("12", "13.03", "13.04")
"""Residents' voice: reports on officials, suggestions, petitions. Never counted, only their answering."""
CONDUCT_DIMENSION = "institutional"
"""Measured by institutions' own work only: shares and days, never numbers of anything."""


def refused_word(text: str) -> str | None:
    """The first refused word that stands in a text."""
    words = {word.removesuffix("s") for word in re.findall(r"[a-z]+", text.lower())}
    return next((word for word in REFUSED if (word in words if word.isascii() else word in text)), None)


def check_words(text: str, *, place: str) -> None:
    """Raises DeclarationInvalid if a refused word stands in a code, record, count or name."""
    word = refused_word(text)
    if word is not None:
        raise DeclarationInvalid(
            place=place, what=f"{text!r} is refused: {REFUSED[word]}", remedy="Take it out."
        )


def covers_voice(prefixes: tuple[str, ...]) -> bool:
    """Whether matters of these categories include residents' voice; no category at all means every one."""
    return not prefixes or any(
        _within(prefix, voice) or _within(voice, prefix) for prefix in prefixes for voice in VOICE_CATEGORIES
    )


def _within(code: str, prefix: str) -> bool:
    return code == prefix or code.startswith(f"{prefix}.")
