"""Administration of roles."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from bandeng.organisations.forms import RoleForm
from bandeng.organisations.labels import OUT_OF_REACH, duty_explained
from bandeng.organisations.rules import Duty, OutOfReach, Reach
from bandeng.organisations.selectors.roles import role_holders, role_known, role_rows
from bandeng.organisations.services.roles import role_change, role_create
from bandeng.organisations.views.desk import administers, form_page, page_of, refusal_shown, search_of


@administers
def role_list(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """The roles, what they let people do, and how many hold them."""
    search = search_of(request)
    context = {"rows": role_rows(reach=reach, search=search), "search": search, "whole": reach.whole_district}
    return render(request, "organisations/admin/roles.html", context)


@administers
def role_new(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """Make a role."""
    if not reach.whole_district:
        raise OutOfReach("roles")
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "seen"}
        try:
            row = role_create(reach=reach, **data)
        except OutOfReach as refusal:
            refusal_shown(form, refusal)
        else:
            messages.success(request, pgettext("administration", "Saved."))
            return HttpResponseRedirect(reverse("admin_role", args=[row.pk]))
    return form_page(
        request, form, heading=pgettext("role", "New role"), back=reverse("admin_roles"),
        action=pgettext("administration", "Create"),
    )  # fmt: skip


@administers
def role_show(request: HttpRequest, *, role_id: int, reach: Reach) -> HttpResponse:
    """One role: its names and duties, and who holds it; only the district changes it."""
    row = role_known(role_id)
    if row is None:
        raise Http404
    form = RoleForm(request.POST or None, initial=_initial(row.name, row.name_en, row.duties))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            role_change(role_id=role_id, reach=reach, **{**data, "seen": data["seen"].split()})
        except OutOfReach as refusal:
            if refusal.code == "role_changed":  # what was typed rests on duties that are no more
                messages.error(request, str(OUT_OF_REACH[refusal.code]))
                return HttpResponseRedirect(reverse("admin_role", args=[role_id]))
            refusal_shown(form, refusal)
        else:
            messages.success(request, pgettext("administration", "Saved."))
            return HttpResponseRedirect(reverse("admin_role", args=[role_id]))
    context = {
        "role": row, "form": form, "whole": reach.whole_district,
        "duties": [duty_explained(each.value) for each in Duty if each.value in row.duties],
        "page": page_of(request, role_holders(role_id=role_id, reach=reach)),
    }  # fmt: skip
    return render(request, "organisations/admin/role.html", context, status=422 if form.errors else 200)


def _initial(name: str, name_en: str, duties: list[str]) -> dict[str, Any]:
    return {"name": name, "name_en": name_en, "duties": duties, "seen": " ".join(duties)}
