"""The post in which a signed-in person acts, and the duty that a page asks for.

    @requires(Duty.DISPATCH)
    def queue(request: HttpRequest) -> HttpResponse:
        scope = current_scope(request)

The scope is not an attribute `request.scope`: under ASGI that name is Django's own (the connection's scope),
and query parameters and the scheme are read from it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from bandeng.accounts.middleware import FACTOR_KEY, NEEDED_PATHS, is_signed_in, sent_to
from bandeng.accounts.models import User
from bandeng.accounts.selectors import has_second_factor
from bandeng.organisations.labels import duty_names
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope, needs_second_factor
from bandeng.organisations.selectors import posts_held, scope_of

POST_KEY = "post"  # the chosen post's number in the session
KEPT = "_bandeng_posts"
View = Callable[..., Any]


def current_posts(request: HttpRequest) -> tuple[Post, ...]:
    """The posts that the signed-in person holds today; one query a request at most, none for strangers."""
    kept = getattr(request, KEPT, None)
    if kept is None:
        kept = tuple(posts_held(request.user.pk)) if is_signed_in(request) and request.user.pk else ()
        setattr(request, KEPT, kept)
    return kept


def current_post(request: HttpRequest) -> Post | None:
    """The post chosen in this session if it is still held, else the first; None without any."""
    posts = current_posts(request)
    chosen = request.session.get(POST_KEY) if len(posts) > 1 else None
    return next((post for post in posts if post.pk == chosen), posts[0] if posts else None)


def current_scope(request: HttpRequest) -> Scope | None:
    """What the signed-in person may see and do in their present post; None without one."""
    post = current_post(request)
    return scope_of(post) if post else None


def held_scope(request: HttpRequest) -> Scope:
    """The scope behind a view guarded by `requires`. Raises PermissionDenied where it is not."""
    scope = current_scope(request)
    if scope is None:
        raise PermissionDenied
    return scope


def post_choose(request: HttpRequest, *, post_id: int) -> bool:
    """Act in another of one's posts from now on; False if it is not one's own, or has ended."""
    if not any(post.pk == post_id for post in current_posts(request)):
        return False
    request.session[POST_KEY] = post_id
    return True


def post_context(request: HttpRequest) -> dict[str, Any]:
    """`scope`, `post` and `posts` for every template, read when first used."""
    return {
        "scope": SimpleLazyObject(lambda: current_scope(request)),
        "post": SimpleLazyObject(lambda: current_post(request)),
        "posts": SimpleLazyObject(lambda: current_posts(request)),
    }


def requires(*duties: Duty, any_of: tuple[Duty, ...] = ()) -> Callable[[View], View]:
    """Guard a view: strangers go to the sign-in page; a post needs all of `duties` and one of `any_of`."""

    def guard(view: View) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                refusal = await sync_to_async(refused)(request, duties=duties, any_of=any_of)
                return refusal or await view(request, *args, **kwargs)

            return guarded_async

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refused(request, duties=duties, any_of=any_of) or view(request, *args, **kwargs)

        return guarded

    return guard


def refused(
    request: HttpRequest, *, duties: tuple[Duty, ...], any_of: tuple[Duty, ...] = ()
) -> HttpResponse | None:
    """The answer to somebody who may not see a page, or None for those who may."""
    if not is_signed_in(request):
        return _to_sign_in(request)
    scope = current_scope(request)
    if scope is None:
        return render(request, "organisations/no_post.html", status=403)
    missing = [duty for duty in duties if not scope.has(duty)]
    if any_of and not any(scope.has(duty) for duty in any_of):
        missing.extend(any_of)
    if not missing:
        return None
    others = [post for post in current_posts(request) if _fits(scope_of(post), duties=duties, any_of=any_of)]
    context = {"missing": duty_names([duty.value for duty in missing]), "others": others}
    return render(request, "organisations/duty_missing.html", context, status=403)


def _fits(scope: Scope, *, duties: tuple[Duty, ...], any_of: tuple[Duty, ...]) -> bool:
    return all(scope.has(duty) for duty in duties) and (not any_of or any(scope.has(duty) for duty in any_of))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect_to_login(wanted, login_url=reverse("account_login"))


class PostMiddleware:
    """Whoever holds a post that can do great harm sets up a second factor first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to the second factor."""
        if settings.DEMO or request.path.startswith(NEEDED_PATHS) or not is_signed_in(request):
            return self.get_response(request)
        if second_factor_missing(request):
            return sent_to(request, name="mfa_activate_totp")
        return self.get_response(request)


def second_factor_missing(request: HttpRequest) -> bool:
    """Whether the person still has to set up a second factor; asked until it is there, then no more."""
    if request.session.get(FACTOR_KEY) == "fine" or not isinstance(request.user, User):
        return False
    if not any(needs_second_factor(frozenset(post.role.duties)) for post in current_posts(request)):
        return (
            False  # and not remembered: the role may be given a duty that needs one while they are signed in
        )
    missing = not has_second_factor(request.user.pk)
    request.session[FACTOR_KEY] = "missing" if missing else "fine"
    return missing
