"""What opening a sealed contact asks for."""

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.desk.forms.fields import CleanTextField


class ContactForm(forms.Form):
    """Why a contact is opened; the reason stands in the audit log."""

    reason = CleanTextField(
        label=pgettext_lazy("contact", "What you need the contact for"),
        rows=2,
        help_text=pgettext_lazy("contact", "Your name, the time and this reason go into the audit log."),
    )
