"""API tokens: shown once, kept as a digest, used as a post."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.organisations.models import ApiToken, Post
from bandeng.organisations.rules import (
    TOKEN_ROLE,
    OutOfReach,
    Reach,
    Scope,
    check_grant,
    check_token_scopes,
)
from bandeng.organisations.selectors import reaches, scope_of, today

MARK = "bd"  # lets secret scanners recognise a token that somebody has committed
LONGEST = 100

#: What every request with a token reads: these columns only, because Django spends a while on each.
PRESENTED = ApiToken.objects.select_related(
    "post__user", "post__organisation__area", "post__role", "post__area"
).only(
    "digest", "scopes", "revoked_at", "expires_at", "last_used_on", "post__user__is_active", "post__since",
    "post__until", "post__organisation__short_name", "post__organisation__kind", "post__organisation__active",
    "post__organisation__area__code", "post__role__duties", "post__area__code",
)  # fmt: skip


def digest_of(token: str) -> str:
    """What is kept of a token. It holds 256 random bits, so a plain digest needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def token_create(
    *, post_id: int, name: str, scopes: list[str], expires_at: datetime | None, reach: Reach
) -> tuple[ApiToken, str]:
    """Make a token for an external system's post; returns the row and the token, which is shown once.

    Raises OutOfReach for a post beyond the administrator's reach or held by a person, ScopeNotAllowed for
    a scope that the post's duties do not carry.
    """
    post = Post.objects.select_related("organisation__area", "role").get(pk=post_id)
    duties = frozenset(post.role.duties)
    if not reaches(reach=reach, organisation=post.organisation):
        raise OutOfReach("organisation")
    if post.role.code != TOKEN_ROLE:
        raise OutOfReach("token_of_a_person")  # it would act under that person's name
    check_grant(reach=reach, user_id=post.user_id, duties=duties)
    check_token_scopes(scopes=scopes, duties=duties)
    prefix = secrets.token_hex(4)
    token = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        post=post, name=name.strip(), prefix=prefix, digest=digest_of(token), scopes=sorted(set(scopes)),
        created_at=clock.now(), expires_at=expires_at,
    )  # fmt: skip
    audit.record(
        action="token.created", subject=row, actor=reach.actor,
        after={"post": post.pk, "name": row.name, "prefix": prefix, "scopes": row.scopes,
               "until": expires_at},
    )  # fmt: skip
    return row, token


@transaction.atomic
def token_revoke(*, token_id: int, reach: Reach, reason: str = "") -> ApiToken:
    """Revoke a token; it is refused from the next request on. Raises OutOfReach."""
    row = (
        ApiToken.objects.select_for_update(of=("self",))
        .select_related("post__organisation__area")
        .get(pk=token_id)
    )
    if not reaches(reach=reach, organisation=row.post.organisation):
        raise OutOfReach("organisation")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        audit.record(
            action="token.revoked",
            subject=row,
            actor=reach.actor,
            after={"prefix": row.prefix},
            reason=reason,
        )
    return row


def token_scope(header_value: str) -> tuple[ApiToken, Scope] | None:
    """The token of an Authorization header (or the bare token) with its post's scope; None if refused.

    One query; a second one at most once a day, which keeps the day of last use.
    """
    token = header_value.strip()
    if token[:7].lower() == "bearer ":
        token = token[7:].strip()
    if not token.startswith(f"{MARK}_") or len(token) > LONGEST:
        return None
    digest = digest_of(token)
    row = next(iter(PRESENTED.filter(digest=digest)), None)
    if row is None or not hmac.compare_digest(row.digest, digest) or not _is_good(row):
        return None
    if row.last_used_on != today():
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=today())
        row.last_used_on = today()
    return row, scope_of(row.post)


def _is_good(row: ApiToken) -> bool:
    post, day = row.post, today()
    expired = row.expires_at is not None and row.expires_at <= clock.now()
    held = post.since <= day and (post.until is None or day <= post.until)
    alive = post.user.is_active and post.organisation.active
    return row.revoked_at is None and not expired and held and alive
