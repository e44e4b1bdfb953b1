"""What lies in a clue's envelopes, each opened for its own purpose only."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from bandeng.clues import vault
from bandeng.clues.models import Clue, ClueMessage, ClueStep, Opening, Trace


@dataclass(frozen=True)
class Content:
    """What officers read: masked."""

    title: str = ""
    text: str = ""
    accused: str = ""
    place: str = ""


@dataclass(frozen=True)
class Identity:
    """Who the reporter is, as they said it."""

    name: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        """Nothing: what is printed ends in logs."""
        return "Identity(…)"


@dataclass(frozen=True)
class Original:
    """What the reporter wrote, word by word; of letters those in which more was hidden, by key, as they were before."""

    text: str = ""
    accused: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Nothing: what is printed ends in logs."""
        return "Original(…)"


def content_sealed(number: str, content: Content) -> str:
    """The envelope of what officers read."""
    return vault.seal(asdict(content), purpose="content", subject=number)


def content_of(clue: Clue) -> Content:
    """What officers read of a clue; empty after wiping."""
    return Content(**vault.opened(clue.sealed, purpose="content", subject=clue.number))


def original_sealed(number: str, original: Original) -> str:
    """The envelope of what the reporter wrote, word by word."""
    return vault.seal(asdict(original), purpose="original", subject=number)


def original_of(clue: Clue) -> Original:
    """What the reporter wrote, word by word; empty after wiping."""
    kept = vault.opened(clue.sealed_original, purpose="original", subject=clue.number)
    return Original(kept.get("text", ""), kept.get("accused", ""), kept.get("letters", {}))


def identity_sealed(number: str, identity: Identity) -> str:
    """The envelope of an identity; none for an anonymous reporter."""
    if identity == Identity():
        return ""
    return vault.seal(asdict(identity), purpose="identity", subject=number)


def identity_of(clue: Clue) -> Identity:
    """The reporter's identity. For an approved opening, and for masking what the reporter writes; nothing else."""
    return Identity(**vault.opened(clue.sealed_identity, purpose="identity", subject=clue.number))


def words_sealed(number: str, purpose: str, text: str) -> str:
    """The envelope of one text: a letter, a note, a reason, an outcome; none for an empty one."""
    return vault.seal({"text": text}, purpose=purpose, subject=number) if text else ""


def letter_of(clue: Clue, message: ClueMessage) -> str:
    """A letter's text."""
    return str(vault.opened(message.sealed, purpose="letter", subject=clue.number).get("text", ""))


def note_of(clue: Clue, step: ClueStep) -> str:
    """A step's note."""
    return str(vault.opened(step.sealed, purpose="note", subject=clue.number).get("text", ""))


def reason_of(clue: Clue, opening: Opening) -> str:
    """Why an opening was asked for."""
    return str(vault.opened(opening.sealed_reason, purpose="reason", subject=clue.number).get("text", ""))


def outcome_of(clue: Clue) -> str:
    """What was found."""
    return str(vault.opened(clue.sealed_outcome, purpose="outcome", subject=clue.number).get("text", ""))


def trace_of(clue: Clue, trace: Trace) -> str:
    """A trace's value."""
    return str(vault.opened(trace.sealed, purpose="trace", subject=clue.number).get("text", ""))
