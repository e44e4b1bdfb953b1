"""Administration of organisations."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from bandeng.organisations.forms import NewOrganisationForm, OrganisationForm
from bandeng.organisations.rules import OutOfReach, Reach
from bandeng.organisations.selectors.administration import organisations_within
from bandeng.organisations.services import staff
from bandeng.organisations.views.desk import administers, form_page, page_of, refusal_shown, search_of


@administers
def organisation_list(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """The organisations."""
    search = search_of(request)
    page = page_of(request, organisations_within(reach=reach, search=search))
    return render(request, "organisations/admin/organisations.html", {"page": page, "search": search})


@administers
def organisation_new(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """Create an organisation."""
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "active"}
        try:
            row = staff.organisation_create(**data, reach=reach)
        except OutOfReach as refusal:
            refusal_shown(form, refusal)
        except ValidationError as error:
            form.add_error("code", error.messages)
        else:
            messages.success(request, pgettext("administration", "Saved."))
            return HttpResponseRedirect(reverse("admin_organisation", args=[row.pk]))
    return form_page(
        request, form, back=reverse("admin_organisations"),
        heading=pgettext("administration", "New organisation"), action=pgettext("administration", "Create"),
    )  # fmt: skip


@administers
def organisation_show(request: HttpRequest, *, organisation_id: int, reach: Reach) -> HttpResponse:
    """Rename an organisation, or put it out of use."""
    row = organisations_within(reach=reach).filter(pk=organisation_id).first()
    if row is None:
        raise Http404
    initial = {
        "name": row.name, "short_name": row.short_name, "name_en": row.name_en,
        "short_name_en": row.short_name_en, "active": row.active,
    }  # fmt: skip
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            staff.organisation_change(organisation_id=organisation_id, reach=reach, **form.cleaned_data)
        except OutOfReach as refusal:
            refusal_shown(form, refusal)
        else:
            messages.success(request, pgettext("administration", "Saved."))
            return HttpResponseRedirect(reverse("admin_organisation", args=[organisation_id]))
    return form_page(
        request, form, back=reverse("admin_organisations"),
        heading=row.name, lead=row.code, action=pgettext("administration", "Save"),
    )  # fmt: skip
