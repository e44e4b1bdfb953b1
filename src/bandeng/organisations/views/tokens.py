"""Administration of API tokens."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from bandeng.core import clock
from bandeng.organisations.forms import TokenForm
from bandeng.organisations.rules import OutOfReach, Reach, ScopeNotAllowed
from bandeng.organisations.selectors.administration import tokens_within
from bandeng.organisations.services import tokens
from bandeng.organisations.views.desk import administers, form_page, page_of, refusal_shown, search_of


@administers
def token_list(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """The tokens."""
    search = search_of(request)
    page = page_of(request, tokens_within(reach=reach, search=search))
    context = {"page": page, "search": search, "moment": clock.now()}
    return render(request, "organisations/admin/tokens.html", context)


@administers
def token_new(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """Make a token; it is shown on this one page and nowhere else."""
    form = TokenForm(request.POST or None, reach=reach)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        last = data["expires_on"]
        ends = timezone.make_aware(datetime.combine(last + timedelta(days=1), time())) if last else None
        try:
            _, token = tokens.token_create(
                post_id=int(data["post"]),
                name=data["name"],
                scopes=data["scopes"],
                expires_at=ends,
                reach=reach,
            )
        except (OutOfReach, ScopeNotAllowed) as refusal:
            refusal_shown(form, refusal)
        else:
            context = {
                "heading": pgettext("administration", "New token"), "label": data["name"], "secret": token,
                "hint": pgettext("administration", "It is shown only now. Hand it over on a safe way."),
                "back": reverse("admin_tokens"),
            }  # fmt: skip
            return render(request, "organisations/admin/secret.html", context)
    return form_page(
        request, form, heading=pgettext("administration", "New token"), back=reverse("admin_tokens"),
        action=pgettext("administration", "Make the token"),
    )  # fmt: skip


@require_POST
@administers
def token_revoke(request: HttpRequest, *, token_id: int, reach: Reach) -> HttpResponse:
    """Revoke a token."""
    if not tokens_within(reach=reach).filter(pk=token_id).exists():
        raise Http404
    tokens.token_revoke(token_id=token_id, reach=reach)
    messages.success(request, pgettext("administration", "The token is revoked."))
    return HttpResponseRedirect(reverse("admin_tokens"))
