"""Forms of signing in and of one's own account."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as SecondFactorForm
from allauth.mfa.base.forms import ReauthenticateForm as SecondFactorAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import pgettext_lazy

from bandeng.accounts import labels
from bandeng.accounts.adapters import AccountAdapter
from bandeng.accounts.models import User
from bandeng.accounts.rules import CODE_ONCE, CODE_TRIES
from bandeng.accounts.services import lockout

PASSWORD_LENGTH = 200  # longer ones only make the server hash


def password_input(*, autocomplete: str) -> forms.PasswordInput:
    """A password's control."""
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": PASSWORD_LENGTH})


class SignInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=pgettext_lazy("sign-in", "User name"),
            max_length=150,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "autofocus": True,
                }
            ),
        )
        self.fields["password"] = forms.CharField(
            label=pgettext_lazy("sign-in", "Password"),
            max_length=PASSWORD_LENGTH,
            strip=False,
            widget=password_input(autocomplete="current-password"),
        )
        self.order_fields(["login", "password"])


class ConfirmPasswordForm(ReauthenticateForm):
    """The password again, before something that a stranger at an open desk must not do."""

    password = forms.CharField(
        label=pgettext_lazy("sign-in", "Password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=password_input(autocomplete="current-password"),
    )


def code_field() -> forms.CharField:
    """The field for six digits of the telephone, or for a recovery code."""
    return forms.CharField(
        label=pgettext_lazy("sign-in", "Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class CountedCode(forms.Form):
    """A code that can be tried so many times, and used once, whichever process is asked."""

    user: User

    def clean_code(self) -> str:
        """The code. Raises ValidationError when it is wrong, was used, or no try is left."""
        subject = f"user:{self.user.pk}"
        code = str(self.cleaned_data["code"]).strip()
        try:
            lockout.tries_take((CODE_TRIES, subject))
        except lockout.LockedOut as refusal:
            raise ValidationError(labels.locked_out(refusal.until), code="locked_out") from None
        known: str = super().clean_code()  # type: ignore[misc]
        try:
            lockout.tries_take((CODE_ONCE, f"{subject} {code}"))
        except lockout.LockedOut:
            raise ValidationError(
                pgettext_lazy("sign-in", "This code is wrong or has been used. Wait for the next one."),
                code="incorrect_code",
            ) from None
        lockout.tries_forget(limit=CODE_TRIES, subject=subject)
        return known


class CodeForm(CountedCode, SecondFactorForm):
    """The second step of signing in."""

    code = code_field()


class ConfirmCodeForm(CountedCode, SecondFactorAgainForm):
    """The second factor again, before something important."""

    code = code_field()


class FirstCodeForm(CountedCode, ActivateTOTPForm):
    """The first code of a telephone that has just read the QR code."""

    code = code_field()


class PasswordForm(forms.Form):
    """A new password, with the present one."""

    present = forms.CharField(
        label=pgettext_lazy("password", "Present password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=password_input(autocomplete="current-password"),
    )
    new = forms.CharField(
        label=pgettext_lazy("password", "New password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        help_text=pgettext_lazy(
            "password", "At least 10 characters; not your user name, not a common word, none of your last 5."
        ),
        widget=password_input(autocomplete="new-password"),
    )
    again = forms.CharField(
        label=pgettext_lazy("password", "New password again"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=password_input(autocomplete="new-password"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        """The present password. Raises ValidationError when it is not."""
        present = str(self.cleaned_data["present"])
        adapter = AccountAdapter()
        if not adapter.reauthenticate(self.user, present):
            raise adapter.validation_error("incorrect_password")
        return present

    def clean_new(self) -> str:
        """The new password, checked against the policy."""
        new = str(self.cleaned_data["new"])
        password_validation.validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Both spellings are the same."""
        data = super().clean() or self.cleaned_data
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", pgettext_lazy("password", "The two new passwords differ."))
        return data
