"""What posts of street offices can do: looked through, recorded, ended."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.evaluation.forms import SkillForm
from bandeng.evaluation.selectors.skills import (
    offices,
    post_lines,
    posts_of_offices,
    skill_choices,
    skill_row,
)
from bandeng.evaluation.services.skills import skill_end, skill_record
from bandeng.evaluation.views.acting import done, manager_scope
from bandeng.organisations.permission import requires
from bandeng.organisations.rules import Duty

PAGE = 40


@never_cache
@require_safe
@requires(Duty.SUPERVISE)
def index(request: HttpRequest) -> HttpResponse:
    """Posts with what they can do, of all streets or one."""
    manager_scope(request)
    known = offices()
    chosen = request.GET.get("street", "")
    street = chosen if any(each.code == chosen for each in known) else ""
    page = Paginator(posts_of_offices(street), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": post_lines(list(page.object_list)), "offices": known, "street": street}
    return render(request, "evaluation/skills.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Duty.SUPERVISE)
def record(request: HttpRequest, post_id: int) -> HttpResponseBase:
    """One post: its skills, and a new one."""
    scope = manager_scope(request)
    posts = post_lines(list(posts_of_offices().filter(pk=post_id)))
    if not posts:
        raise Http404
    form = SkillForm(request.POST or None, skills=skill_choices())
    if request.method == "POST" and form.is_valid():
        return done(
            request,
            lambda: skill_record(post_id=post_id, actor=scope.actor, **form.cleaned_data),
            said=pgettext("evaluation", "Done and recorded."),
            back=reverse("evaluation-skill", args=[post_id]),
        )
    context = {"line": posts[0], "form": form}
    return render(request, "evaluation/skill.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Duty.SUPERVISE)
def end(request: HttpRequest, skill_id: int) -> HttpResponseBase:
    """A post has a skill no more."""
    scope = manager_scope(request)
    row = skill_row(skill_id)
    if row is None:
        raise Http404
    return done(
        request,
        lambda: skill_end(post_skill_id=skill_id, actor=scope.actor),
        said=pgettext("evaluation", "Done and recorded."),
        back=reverse("evaluation-skill", args=[row.post_id]),
    )
