"""Message templates: listed, written and deleted by those who supervise."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.desk.forms.templates import TemplateForm
from bandeng.desk.selectors.kept_texts import kept_text, kept_texts
from bandeng.desk.views.bulk import actor_in
from bandeng.dispatch.selectors import NotVisible
from bandeng.dispatch.services.templates import template_delete, template_write
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty, DutyMissing, Scope

KEEPERS = (Duty.SUPERVISE, Duty.RULES)


@never_cache
@require_safe
@requires(any_of=KEEPERS)
def index(request: HttpRequest) -> HttpResponse:
    """All templates that the post may use, by act."""
    return render(request, "desk/matter_templates.html", {"groups": kept_texts(held_scope(request))})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=KEEPERS)
def edit(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """Write a new template, or another version of one."""
    scope = held_scope(request)
    known = kept_text(scope, template_id) if template_id is not None else None
    if template_id is not None and known is None:
        raise Http404
    initial = (
        {"act": known.act, "name": known.name, "text": known.text, "for_all": known.for_all} if known else {}
    )
    may_write_for_all = scope.has(Duty.RULES)
    form = TemplateForm(request.POST or None, initial=initial, may_write_for_all=may_write_for_all)
    if request.method == "POST" and form.is_valid():
        return written(request, form, scope, template_id)
    context = {"form": form, "known": known}
    return render(request, "desk/matter_template.html", context, status=422 if form.errors else 200)


def written(request: HttpRequest, form: TemplateForm, scope: Scope, template_id: int | None) -> HttpResponse:
    """Keep the template and go back to the list. Raises Http404."""
    given = form.cleaned_data
    try:
        template_write(
            act=given["act"], name=given["name"], text=given["text"], for_all=bool(given.get("for_all")),
            actor=actor_in(request, scope), scope=scope, template_id=template_id,
        )  # fmt: skip
    except (NotVisible, DutyMissing) as refusal:
        raise Http404 from refusal
    messages.success(request, pgettext("template", "Saved"))
    return HttpResponseRedirect(reverse("desk-templates"))


@require_POST
@requires(any_of=KEEPERS)
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Delete a template."""
    scope = held_scope(request)
    try:
        template_delete(template_id=template_id, actor=actor_in(request, scope), scope=scope)
    except (NotVisible, DutyMissing) as refusal:
        raise Http404 from refusal
    messages.success(request, pgettext("template", "Deleted"))
    return HttpResponseRedirect(reverse("desk-templates"))
