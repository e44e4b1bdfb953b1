"""The matters that a session follows: number and secret of each, the newest last."""

from django.http import HttpRequest

SLOT = "followed"
MOST = 30


def secrets_followed(request: HttpRequest) -> dict[str, str]:
    """Secrets by number; empty for somebody without a session."""
    kept = request.session.get(SLOT)
    return dict(kept) if isinstance(kept, dict) else {}


def follow(request: HttpRequest, *, number: str, secret: str) -> None:
    """Let this session see a matter without asking for the secret again."""
    kept = {key: value for key, value in secrets_followed(request).items() if key != number}
    request.session[SLOT] = dict([*kept.items(), (number, secret)][-MOST:])


def forget(request: HttpRequest) -> None:
    """Follow nothing any more, as on a telephone that somebody lent."""
    request.session.pop(SLOT, None)
