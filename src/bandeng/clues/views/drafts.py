"""What a reporter has filled in so far, sealed in the session: sessions lie in a table too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest

from bandeng.clues import vault

SLOT = "clue_draft"
RECEIPT = "clue_receipt"
PURPOSE = "draft"


@dataclass(frozen=True)
class Draft:
    """A clue that was not sent yet; `pictures` are names and sizes of sealed files."""

    kind: str = ""
    text: str = ""
    accused: str = ""
    organisation: str = ""
    area: str = ""
    place: str = ""
    pictures: tuple[tuple[str, int, int], ...] = ()
    told_about: bool = False
    told_who: bool = False
    anonymous: bool = True
    name: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        """Nothing: what is printed ends in logs."""
        return "Draft(…)"


@contextmanager
def draft_held(request: HttpRequest) -> Iterator[Draft]:
    """The draft as it is now, nobody else's until the block ends; all that the block does is kept, or nothing.

    A button pressed twice comes in twice, each time with a copy of the session. So its row is locked, read anew, and
    written before the lock goes; the middleware must not write its copy over it afterwards.
    """
    key = request.session.session_key
    with transaction.atomic():
        list(SessionStore.get_model_class().objects.select_for_update().filter(pk=key))
        request.session = SessionStore(key)
        yield draft_read(request.session)
        if request.session.modified:
            request.session.save()
            # A session that began just now is nobody else's, and the middleware has its cookie to send.
            request.session.modified = request.session.session_key != key


def draft_read(session: SessionBase) -> Draft:
    """The draft of a session; an empty one where there is none, or where its key is gone."""
    try:
        kept = vault.opened(session.get(SLOT, ""), purpose=PURPOSE, subject=SLOT)
    except (vault.KeyUnknown, vault.EnvelopeBroken):
        return Draft()
    pictures = tuple((str(name), int(width), int(height)) for name, width, height in kept.pop("pictures", ()))
    return Draft(**kept, pictures=pictures)


def draft_write(session: SessionBase, draft: Draft, **changes: Any) -> Draft:
    """Keep a draft with changes."""
    changed = replace(draft, **changes)
    session[SLOT] = vault.seal(asdict(changed), purpose=PURPOSE, subject=SLOT)
    return changed


def draft_drop(session: SessionBase) -> None:
    """Forget the draft."""
    session.pop(SLOT, None)


def receipt_keep(session: SessionBase, **receipt: Any) -> None:
    """Keep a receipt until the next page has shown it."""
    session[RECEIPT] = vault.seal(receipt, purpose=RECEIPT, subject=RECEIPT)


def receipt_read(session: SessionBase) -> dict[str, Any]:
    """The receipt; empty where there is none."""
    try:
        return vault.opened(session.get(RECEIPT, ""), purpose=RECEIPT, subject=RECEIPT)
    except (vault.KeyUnknown, vault.EnvelopeBroken):
        return {}


def receipt_drop(session: SessionBase) -> None:
    """Forget the receipt."""
    session.pop(RECEIPT, None)
