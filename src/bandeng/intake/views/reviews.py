"""A reporter does not agree with the answer to a petition: the page on which they ask for a review."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bandeng.dispatch.selectors.visibility import NotVisible
from bandeng.dispatch.services.reviews import review_ask
from bandeng.intake.forms import ReasonForm
from bandeng.intake.selectors.stories import story_of
from bandeng.intake.views.following import secrets_followed
from bandeng.intake.views.tracking import acted


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Why the answer is wrong; then back to the story, which tells who decides by when."""
    try:
        shown = story_of(number=number, secret=secrets_followed(request).get(number, ""))
    except NotVisible:
        return redirect("track")
    form = ReasonForm(request.POST or None, label=pgettext("track form", "What is wrong with the answer?"))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        thanks = pgettext("track", "Your request has been received. You can read here by when it is decided.")
        return acted(
            request,
            number,
            lambda secret: review_ask(number=number, secret=secret, reason=reason),
            thanks=thanks,
        )
    if shown.reviews is None or shown.reviews.ask is None:
        return redirect("track_story", number=number)
    return render(
        request,
        "intake/track/review.html",
        {"story": shown, "form": form},
        status=422 if form.is_bound else 200,
    )
