"""What the pages of administration share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from bandeng.organisations import labels
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, OutOfReach, ScopeNotAllowed, reach_of
from bandeng.organisations.selectors.administration import paginator


def administers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a page of administration and give it the reach; a refusal becomes a page that says why."""

    @never_cache
    @requires(Duty.ADMINISTER)
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, reach=reach_of(held_scope(request)), **kwargs)
        except OutOfReach as refusal:
            context = {"why": labels.OUT_OF_REACH[refusal.code]}
            return render(request, "organisations/admin/refused.html", context, status=403)

    return guarded


def page_of(request: HttpRequest, rows: "QuerySet[Any]") -> "Page[Any]":
    """The page of a list that the address asks for; a wrong number is the nearest page."""
    return paginator(rows).get_page(request.GET.get("page"))


def search_of(request: HttpRequest) -> str:
    """What is searched for."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:80]


def refusal_shown(form: Form, refusal: OutOfReach | ScopeNotAllowed) -> None:
    """Put a refusal on the form, so that what was typed is not lost."""
    if isinstance(refusal, OutOfReach):
        form.add_error(None, str(labels.OUT_OF_REACH[refusal.code]))
    else:
        form.add_error("scopes", labels.scope_not_allowed(str(refusal)))


def form_page(request: HttpRequest, form: Form, **context: Any) -> HttpResponse:
    """A page with one form; 422 when something in it is wrong."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "organisations/admin/form.html", {"form": form, **context}, status=status)
