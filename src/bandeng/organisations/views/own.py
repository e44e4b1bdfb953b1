"""One's own account: posts, second factor, sessions, and where to go after signing in."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bandeng.accounts.selectors import has_second_factor, person
from bandeng.organisations.permission import (
    current_post,
    current_posts,
    current_scope,
    post_choose,
    second_factor_missing,
)
from bandeng.organisations.rules import first_page


@never_cache
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """My account."""
    user = person(request)
    context = {
        "held": current_posts(request),
        "present": current_post(request),
        "has_factor": has_second_factor(user.pk),
        "factor_missing": not settings.DEMO and second_factor_missing(request),
        "sessions": UserSession.objects.purge_and_list(user),
        "session_key": request.session.session_key,
    }
    return render(request, "organisations/me.html", context)


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The page where the post's work begins."""
    return HttpResponseRedirect(first_page(current_scope(request)))


@require_POST
@login_required
def post_switch(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts."""
    wanted = request.POST.get("post", "")
    if not (wanted.isdecimal() and len(wanted) < 19 and post_choose(request, post_id=int(wanted))):
        messages.error(request, pgettext("post", "You do not hold this post, or it has ended."))
    goal = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(goal if safe else reverse("account_start"))
