"""Forms on character and ability: filling in, declining, looking texts through."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.evaluation.forms import MonthForm, RatingForm
from bandeng.evaluation.selectors.counting import rule_of, rule_row_for
from bandeng.evaluation.selectors.forms import comments_waiting, invitation_for, months_of_forms
from bandeng.evaluation.selectors.naming import is_chinese
from bandeng.evaluation.services.inviting import forms_send
from bandeng.evaluation.services.ratings import comment_judge, rating_decline, rating_give
from bandeng.evaluation.views.acting import done, manager_scope, post_keys, refusal_of
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty

PAGE = 50


@never_cache
@require_http_methods(["GET", "POST"])
@requires()
def form(request: HttpRequest, rating_id: int) -> HttpResponseBase:
    """One form that one is asked to fill in."""
    posts = post_keys(request)
    found = invitation_for(posts, rating_id)
    rule = rule_row_for(found.rating.month) if found else None
    if found is None or rule is None:
        raise Http404
    row, settings = found.rating, rule_of(rule).settings
    filled = RatingForm(request.POST or None, settings=settings, chinese=is_chinese())
    actor, back = held_scope(request).actor, reverse("evaluation-mine")
    if request.method == "POST" and "conflict" in request.POST:
        return done(
            request,
            lambda: rating_decline(rating_id=row.pk, posts=posts, actor=actor),
            said=pgettext("evaluation", "Noted: you are not asked about this post."),
            back=back,
        )
    if request.method == "POST" and filled.is_valid():
        refusal = refusal_of(
            lambda: rating_give(
                rating_id=row.pk,
                answers=filled.answers(),
                comment=filled.cleaned_data["comment"],
                posts=posts,
                actor=actor,
            )
        )
        if not refusal:
            said = pgettext(
                "evaluation", "Thank you. Your form counts, and nobody who is rated sees that it is yours."
            )
            messages.success(request, said)
            return redirect("evaluation-mine")
        filled.add_error(None, refusal)
    context = {"invitation": found, "rating": row, "form": filled, "least": settings.peers_least}
    return render(request, "evaluation/form.html", context, status=422 if filled.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Duty.SUPERVISE)
def months(request: HttpRequest) -> HttpResponseBase:
    """How many forms of each month came back; sending those of a month."""
    scope = manager_scope(request)
    send = MonthForm(request.POST or None)
    if request.method == "POST" and send.is_valid():
        return done(
            request,
            lambda: forms_send(month=send.cleaned_data["month"], actor=scope.actor),
            said=pgettext("evaluation", "Sent. Those asked find their forms under their own scores."),
            back=reverse("evaluation-forms"),
        )
    context = {"rows": months_of_forms(), "form": send}
    return render(request, "evaluation/forms.html", context, status=422 if send.errors else 200)


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def comments(request: HttpRequest) -> HttpResponse:
    """Texts to be looked through."""
    scope = manager_scope(request)
    page = Paginator(comments_waiting(scope.user_id), PAGE).get_page(request.GET.get("page"))
    return render(request, "evaluation/comments.html", {"page": page})


@require_POST
@requires(Duty.SUPERVISE)
def comment(request: HttpRequest, rating_id: int) -> HttpResponseBase:
    """Let a text through, or not."""
    scope = manager_scope(request)
    if not comments_waiting(scope.user_id).filter(pk=rating_id).exists():
        raise Http404
    if request.POST.get("shown") not in {"yes", "no"}:
        raise PermissionDenied
    return done(
        request,
        lambda: comment_judge(rating_id=rating_id, shown=request.POST["shown"] == "yes", scope=scope),
        said=pgettext("evaluation", "Done and recorded."),
        back=reverse("evaluation-comments"),
    )
