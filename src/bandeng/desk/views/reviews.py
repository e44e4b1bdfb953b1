"""Reviews of answers: the list, one review with its acts, and a request that an officer writes down."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.desk.forms.reviews import DecisionForm, EntryForm
from bandeng.desk.selectors.reviews import (
    LIST_NAMES,
    ReviewList,
    matter_reviews,
    reporters_of,
    review_page,
    review_whole,
)
from bandeng.desk.views.bulk import actor_in
from bandeng.desk.views.matter import SEES_MATTER, address_of, seen
from bandeng.desk.views.queue import SEES_QUEUE
from bandeng.dispatch.selectors import NotVisible, Refused
from bandeng.dispatch.selectors.reviews import review_for
from bandeng.dispatch.services.review_deciding import hearing_begin, hearing_end, review_decide, review_take
from bandeng.dispatch.services.reviews import review_enter
from bandeng.matters.rules import ReviewOutcome
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, DutyMissing, Scope

PAGE_DIGITS = 4


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def index(request: HttpRequest) -> HttpResponse:
    """The reviews that wait for the post's organisation, those it decided, and those of its own answers."""
    scope = held_scope(request)
    chosen = _chosen(request, scope)
    page = review_page(scope, chosen, page=_page_in(request))
    base = f"{reverse('desk-reviews')}?list={chosen.value}&page="
    context = {
        "page": page,
        "chosen": chosen.value,
        "lists": [(each.value, LIST_NAMES[each]) for each in ReviewList],
        "previous": f"{base}{page.page - 1}" if page.page > 1 else "",
        "following": f"{base}{page.page + 1}" if page.has_next else "",
    }
    return render(request, "desk/reviews.html", context)


def _chosen(request: HttpRequest, scope: Scope) -> ReviewList:
    named = request.GET.get("list", "")
    known = next((each for each in ReviewList if each.value == named), None)
    return known or (ReviewList.OPEN if scope.has(Duty.SUPERVISE) else ReviewList.OURS)


def _page_in(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < PAGE_DIGITS else 1


@never_cache
@require_safe
@requires(any_of=SEES_MATTER)
def page(request: HttpRequest, review_id: int) -> HttpResponse:
    """One review: answer, request, limit, and what the post may do."""
    return _page(request, review_id)


def _page(
    request: HttpRequest, review_id: int, form: DecisionForm | None = None, *, status: int = 200
) -> HttpResponse:
    scope = held_scope(request)
    try:
        whole = review_whole(review_for(scope, review_id), scope)
    except NotVisible as hidden:
        raise Http404 from hidden
    shown = form or DecisionForm(on_paper=whole.on_paper)
    return render(request, "desk/review.html", {"whole": whole, "form": shown}, status=status)


@require_POST
@requires(Duty.SUPERVISE)
def take(request: HttpRequest, review_id: int) -> HttpResponse:
    """Become the examiner, or take the review over from the one who was shown."""
    scope = held_scope(request)
    who = request.POST.get("from", "")
    return _done(
        request,
        review_id,
        lambda: review_take(
            review_id=review_id, actor=actor_in(request, scope), scope=scope, from_examiner=who
        ),
        pgettext("review", "You examine this review now."),
    )


@require_POST
@requires(Duty.SUPERVISE)
def hearing(request: HttpRequest, review_id: int) -> HttpResponse:
    """Begin or end the hearing."""
    scope = held_scope(request)
    ends = request.POST.get("do") == "end"
    act, told = (
        (hearing_end, pgettext("review", "The hearing is over; the limit goes on."))
        if ends
        else (hearing_begin, pgettext("review", "The hearing has begun; its time is not counted."))
    )
    return _done(
        request,
        review_id,
        lambda: act(review_id=review_id, actor=actor_in(request, scope), scope=scope),
        told,
    )


def _done(request: HttpRequest, review_id: int, act: Callable[[], object], told: str) -> HttpResponse:
    """Do it and go back to the review, which says what happened or why not. Raises Http404, PermissionDenied."""
    try:
        _tried(act)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, told)
    return HttpResponseRedirect(reverse("desk-review", args=[review_id]))


def _tried(act: Callable[[], object]) -> None:
    try:
        act()
    except NotVisible as hidden:
        raise Http404 from hidden
    except DutyMissing as missing:
        raise PermissionDenied from missing


@require_POST
@requires(Duty.SUPERVISE)
def decide(request: HttpRequest, review_id: int) -> HttpResponse:
    """Decide; what is wrong is told over the form with everything that was typed."""
    scope = held_scope(request)
    try:
        row = review_for(scope, review_id)
    except NotVisible as hidden:
        raise Http404 from hidden
    form = DecisionForm(request.POST, on_paper=review_whole(row, scope).on_paper)
    if not form.is_valid():
        return _page(request, review_id, form, status=422)
    given = form.cleaned_data
    try:
        _tried(
            lambda: review_decide(
                review_id=review_id, outcome=ReviewOutcome(given["outcome"]), decision=given["decision"],
                document=given["document"], actor=actor_in(request, scope), scope=scope,
            )
        )  # fmt: skip
    except Refused as problem:
        form.add_error(None, str(problem))
        return _page(request, review_id, form, status=409)
    messages.success(request, pgettext("review", "Decided. Whoever asked can read it now."))
    return HttpResponseRedirect(reverse("desk-review", args=[review_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.INTAKE)
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """Write down a request that came on paper or at the counter."""
    scope = held_scope(request)
    matter = seen(number, scope)
    form = EntryForm(request.POST or None, reports=reporters_of(matter))
    sent = request.method == "POST" and form.is_valid()
    if sent and (answer := _entered(request, matter, form, scope)) is not None:
        return answer
    known = matter_reviews(matter, scope)
    context: dict[str, Any] = {
        "matter": matter, "form": form, "back": address_of(matter.number),
        "possible": known is not None and known.may_enter, "until": known.until if known else "",
    }  # fmt: skip
    return render(request, "desk/review_enter.html", context, status=422 if form.errors else 200)


def _entered(request: HttpRequest, matter: Any, form: EntryForm, scope: Scope) -> HttpResponse | None:
    """To the new review; None where the form tells why there is none."""
    given = form.cleaned_data
    try:
        row = review_enter(
            matter_id=matter.pk, report_id=given["report"], reason=given["reason"], arrived_on=given["arrived_on"],
            delivered_on=given["delivered_on"], actor=actor_in(request, scope), scope=scope,
        )  # fmt: skip
    except NotVisible as hidden:
        raise Http404 from hidden
    except DutyMissing as missing:
        raise PermissionDenied from missing
    except Refused as problem:
        form.add_error(None, str(problem))
        return None
    messages.success(request, pgettext("review", "The request is with the reviewing body."))
    return HttpResponseRedirect(reverse("desk-review", args=[row.pk]))
