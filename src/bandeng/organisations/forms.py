"""Forms of administration."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.core.labels import in_language
from bandeng.organisations import labels
from bandeng.organisations.rules import Reach
from bandeng.organisations.selectors.administration import (
    area_named,
    grantable_roles,
    organisation_named,
    role_named,
    token_posts,
)

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PostForm(forms.Form):
    """A post for a person who has an account."""

    organisation = forms.CharField(
        label=pgettext_lazy("administration", "Organisation"),
        max_length=80,
        help_text=pgettext_lazy("administration", "Its code or its name."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=pgettext_lazy("administration", "Role"))
    area = forms.CharField(
        label=pgettext_lazy("administration", "Area"),
        max_length=60,
        required=False,
        help_text=pgettext_lazy("administration", "Code of the area; empty: the organisation's own."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    title = forms.CharField(label=pgettext_lazy("administration", "Title"), max_length=60, required=False)
    since = forms.DateField(label=pgettext_lazy("administration", "From"), required=False, widget=DATE)
    until = forms.DateField(label=pgettext_lazy("administration", "Last day"), required=False, widget=DATE)
    seconded = forms.BooleanField(
        label=pgettext_lazy("administration", "Seconded from elsewhere"), required=False
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        choices = [
            (role.code, in_language(name=role.name, name_en=role.name_en)) for role in grantable_roles(reach)
        ]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]

    def clean_organisation(self) -> Any:
        """The one organisation of that code or name within reach. Raises ValidationError."""
        found = organisation_named(str(self.cleaned_data["organisation"]), reach=self.reach)
        if found is None:
            raise ValidationError(
                pgettext(
                    "administration",
                    "No organisation in your area is called so, or several are. Give its code.",
                )
            )
        return found

    def clean_area(self) -> Any:
        """The area of that code, or None. Raises ValidationError for an unknown one."""
        code = str(self.cleaned_data["area"]).strip()
        found = area_named(code) if code else None
        if code and found is None:
            raise ValidationError(pgettext("administration", "There is no area with this code."))
        return found

    def clean_role(self) -> Any:
        """The role."""
        return role_named(str(self.cleaned_data["role"]))


class AccountForm(forms.Form):
    """The person of an account."""

    name = forms.CharField(label=pgettext_lazy("administration", "Name"), max_length=60)
    email = forms.EmailField(
        label=pgettext_lazy("administration", "E-mail"),
        required=False,
        max_length=254,
        help_text=pgettext_lazy("administration", "By it the identity provider finds the account."),
    )


class NewAccountForm(AccountForm, PostForm):
    """An account with its first post."""

    username = forms.CharField(
        label=pgettext_lazy("sign-in", "User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = (
        "username",
        "name",
        "email",
        "organisation",
        "role",
        "area",
        "title",
        "since",
        "until",
        "seconded",
    )


class PostChangeForm(forms.Form):
    """What a post is called."""

    title = forms.CharField(label=pgettext_lazy("administration", "Title"), max_length=60, required=False)
    seconded = forms.BooleanField(
        label=pgettext_lazy("administration", "Seconded from elsewhere"), required=False
    )


class PostEndForm(forms.Form):
    """When a post ends, and why."""

    last_day = forms.DateField(
        label=pgettext_lazy("administration", "Last day"),
        required=False,
        widget=DATE,
        help_text=pgettext_lazy("administration", "Empty: it ends now."),
    )
    reason = forms.CharField(label=pgettext_lazy("administration", "Reason"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why something is done to an account."""

    reason = forms.CharField(label=pgettext_lazy("administration", "Reason"), max_length=200)


class OrganisationForm(forms.Form):
    """The names of an organisation."""

    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=80)
    short_name = forms.CharField(label=pgettext_lazy("administration", "Short name"), max_length=40)
    name_en = forms.CharField(
        label=pgettext_lazy("administration", "English name"), max_length=120, required=False
    )
    short_name_en = forms.CharField(
        label=pgettext_lazy("administration", "English short name"),
        max_length=60,
        required=False,
        help_text=pgettext_lazy("administration", "For lists; empty: the English name."),
    )
    active = forms.BooleanField(label=pgettext_lazy("administration", "In use"), required=False, initial=True)


class NewOrganisationForm(OrganisationForm):
    """An organisation."""

    code = forms.SlugField(
        label=pgettext_lazy("administration", "Code"),
        max_length=40,
        help_text=pgettext_lazy(
            "administration", "Offices, committees and grid teams have the code of their area."
        ),
    )
    kind = forms.ChoiceField(label=pgettext_lazy("administration", "Kind"), choices=labels.ORGANISATION_KINDS)
    area = forms.CharField(label=pgettext_lazy("administration", "Area"), max_length=15, required=False)
    field_order = ("code", "kind", "name", "short_name", "name_en", "short_name_en", "area", "active")

    clean_area = PostForm.clean_area


class RoleForm(forms.Form):
    """A role's names and duties; `seen` tells which duties were shown, so that nobody's change is overwritten."""

    name = forms.CharField(label=pgettext_lazy("role", "Name"), max_length=60)
    name_en = forms.CharField(label=pgettext_lazy("role", "English name"), max_length=80, required=False)
    duties = forms.MultipleChoiceField(
        label=pgettext_lazy("role", "Duties"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": labels.OUT_OF_REACH["role_without_duty"]},
    )
    reason = forms.CharField(
        label=pgettext_lazy("role", "Reason, for the record"), min_length=2, max_length=200
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, labels.duty_explained(value)) for value, _ in labels.DUTIES]
        self.fields["duties"].choices = choices  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A token for an external system."""

    post = forms.ChoiceField(label=pgettext_lazy("administration", "Post of the external system"))
    name = forms.CharField(label=pgettext_lazy("administration", "What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("administration", "It may"),
        choices=labels.TOKEN_SCOPES,
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label=pgettext_lazy("administration", "Last day"), required=False, widget=DATE
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [  # type: ignore[attr-defined]
            (str(post.pk), f"{post.organisation.called} · {post.user.get_full_name()}")
            for post in token_posts(reach)
        ]
