"""Administration of accounts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from bandeng.organisations.forms import AccountForm, NewAccountForm, ReasonForm
from bandeng.organisations.rules import OutOfReach, Reach
from bandeng.organisations.selectors.administration import (
    AccountPage,
    account_page,
    account_rows,
    accounts_within,
    organisations_within,
)
from bandeng.organisations.services import staff
from bandeng.organisations.views.desk import administers, form_page, page_of, refusal_shown, search_of

SUGGESTIONS = 300  # names offered while typing; the code may be typed as well


@administers
def account_list(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """The accounts."""
    search = search_of(request)
    page = page_of(request, accounts_within(reach=reach, search=search))
    context = {"page": page, "rows": account_rows(list(page.object_list)), "search": search}
    return render(request, "organisations/admin/accounts.html", context)


@administers
def account_new(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """Open an account with its first post."""
    form = NewAccountForm(request.POST or None, reach=reach)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        post = staff.NewPost(
            organisation=data["organisation"], role=data["role"], area=data["area"], title=data["title"],
            seconded=data["seconded"], since=data["since"], until=data["until"],
        )  # fmt: skip
        try:
            user, password = staff.account_open(
                username=data["username"], name=data["name"], email=data["email"], post=post, reach=reach
            )
        except OutOfReach as refusal:
            refusal_shown(form, refusal)
        except ValidationError as error:
            form.add_error("username", error.messages)
        else:
            return _password_page(request, username=user.username, password=password, user_id=user.pk)
    return form_page(
        request, form, heading=pgettext("administration", "New account"), back=reverse("admin_accounts"),
        action=pgettext("administration", "Open the account"),
        organisations=organisations_within(reach=reach)[:SUGGESTIONS],
    )  # fmt: skip


def _known(user_id: int, reach: Reach) -> AccountPage:
    found = account_page(user_id=user_id, reach=reach)
    if found is None:
        raise Http404
    return found


@administers
def account_show(request: HttpRequest, *, user_id: int, reach: Reach) -> HttpResponse:
    """One account, and what may be done to it."""
    known = _known(user_id, reach)
    initial = {"name": known.user.name, "email": known.user.email}
    form = AccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        staff.account_edit(user_id=user_id, reach=reach, **form.cleaned_data)
        messages.success(request, pgettext("administration", "Saved."))
        return HttpResponseRedirect(reverse("admin_account", args=[user_id]))
    context = {"known": known, "form": form, "reasons": reason_forms()}
    return render(request, "organisations/admin/account.html", context, status=422 if form.errors else 200)


def reason_forms() -> dict[str, ReasonForm]:
    """A form for each act that needs a reason; each field has an id of its own for its label."""
    return {name: ReasonForm(auto_id=f"{name}_%s") for name in ("password", "factor", "lock")}


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


@require_POST
@administers
def account_lock(request: HttpRequest, *, user_id: int, reach: Reach) -> HttpResponse:
    """Lock or unlock an account."""
    _known(user_id, reach)
    active = request.POST.get("active") == "yes"
    staff.account_active_set(user_id=user_id, active=active, reason=_reason(request), reach=reach)
    done = pgettext("administration", "Unlocked.") if active else pgettext("administration", "Locked.")
    messages.success(request, done)
    return HttpResponseRedirect(reverse("admin_account", args=[user_id]))


@require_POST
@administers
def account_reset(request: HttpRequest, *, user_id: int, reach: Reach) -> HttpResponse:
    """Give a one-time password; it is shown on this one page and nowhere else."""
    known = _known(user_id, reach)
    password = staff.account_password_reset(user_id=user_id, reason=_reason(request), reach=reach)
    return _password_page(request, username=known.user.username, password=password, user_id=user_id)


@require_POST
@administers
def account_factor_remove(request: HttpRequest, *, user_id: int, reach: Reach) -> HttpResponse:
    """Take a lost second factor away."""
    _known(user_id, reach)
    staff.account_second_factor_remove(user_id=user_id, reason=_reason(request), reach=reach)
    messages.success(request, pgettext("administration", "The second factor is removed."))
    return HttpResponseRedirect(reverse("admin_account", args=[user_id]))


def _password_page(request: HttpRequest, *, username: str, password: str, user_id: int) -> HttpResponse:
    if not password:
        return HttpResponseRedirect(reverse("admin_account", args=[user_id]))
    context = {
        "heading": pgettext("administration", "One-time password"),
        "label": username,
        "secret": password,
        "hint": pgettext(
            "administration", "It is shown only now. It has to be changed at the first sign-in."
        ),
        "back": reverse("admin_account", args=[user_id]),
    }
    return render(request, "organisations/admin/secret.html", context)
