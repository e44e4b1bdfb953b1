"""What each act on a matter asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.desk.forms.fields import (
    LIMIT_HINT,
    NEEDED,
    CleanTextField,
    LimitField,
    OrganisationField,
    PhotosField,
    TypeField,
)
from bandeng.desk.services.acting import Given
from bandeng.dispatch.selectors import Act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.dispatch.services.splitting import Part
from bandeng.matters.rules import TITLE_LENGTH, id_of

Option = tuple[str, Any]  # a value and its words, which may still wait for the reader's language
CO_HANDLERS_OFFERED = 3
PARTS_OFFERED = 2
BY_NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an act's form needs to know of the matter."""

    act: Act
    organisations: Sequence[Option] = ()
    people: Sequence[Option] = ()
    tasks: Sequence[Option] = ()
    targets: Sequence[Option] = ()
    open_co_handlers: str = ""
    extension_hint: str = ""
    rows: int = PARTS_OFFERED
    may_add_photos: bool = False


class ActForm(forms.Form):
    """The fields of one act, and the version of the matter that it is about."""

    version = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Asked, **more: Any) -> None:
        super().__init__(*args, **more)
        self.asked = asked
        for name, field in FIELDS[asked.act](asked).items():
            self.fields[name] = field

    def clean(self) -> dict[str, Any] | None:
        """What several fields say together."""
        given = super().clean() or {}
        checks: dict[Act, Callable[[dict[str, Any]], None]] = {
            Act.MERGE: self._check_target, Act.SPLIT: self._check_parts, Act.ADD_CO_HANDLER: self._check_asked,
            Act.NOTE: self._check_said,
        }  # fmt: skip
        check = checks.get(self.asked.act)
        if check is not None and not self.errors:
            check(given)
        return given

    def _check_target(self, given: dict[str, Any]) -> None:
        chosen = given.get("target") or BY_NUMBER
        key = id_of(given.get("number", "")) if chosen == BY_NUMBER else int(chosen)
        if key is None:
            self.add_error(
                "number", pgettext("act form", "This is no matter's number. It looks like SJ-0000-0277-0.")
            )
        given["target_id"] = key or 0

    def _check_parts(self, given: dict[str, Any]) -> None:
        if not any(given.get(f"part_{row}_title") for row in range(1, self.asked.rows + 1)):
            self.add_error("part_1_title", pgettext("act form", "Name at least one part."))

    def _check_asked(self, given: dict[str, Any]) -> None:
        if not co_handlers_in(given):
            self.add_error("co_1", pgettext("act form", "Name at least one co-handler."))

    def _check_said(self, given: dict[str, Any]) -> None:
        if not given.get("text") and not given.get("photos"):
            self.add_error("text", pgettext("act form", "Write something, or add a photo."))

    def given(self) -> Given:
        """What was filled in, for the act's service; photos are checked apart."""
        data = self.cleaned_data
        return Given(
            text=data.get("text", ""),
            note=data.get("note", ""),
            lead_id=data.get("lead") or 0,
            post_id=int(data.get("post") or 0),
            task_id=int(data.get("task") or 0),
            target_id=data.get("target_id", 0),
            limit=data.get("limit", ""),
            type_code=data.get("type", ""),
            phase=data.get("phase") or "after",
            co_handlers=co_handlers_in(data),
            parts=parts_in(data, self.asked.rows),
        )


def co_handlers_in(data: Mapping[str, Any]) -> list[CoHandler]:
    """The co-handlers of the rows that name one."""
    rows = range(1, CO_HANDLERS_OFFERED + 1)
    return [
        CoHandler(
            organisation_id=data[f"co_{row}"],
            limit=data.get(f"co_{row}_limit", ""),
            request=data.get(f"co_{row}_request", ""),
        )
        for row in rows
        if data.get(f"co_{row}")
    ]


def parts_in(data: Mapping[str, Any], rows: int) -> list[Part]:
    """The parts of the rows that have a title."""
    return [
        Part(
            title=data[f"part_{row}_title"],
            text=data.get(f"part_{row}_text", ""),
            lead_id=data.get(f"part_{row}_lead") or None,
            limit=data.get(f"part_{row}_limit", ""),
        )
        for row in range(1, rows + 1)
        if data.get(f"part_{row}_title")
    ]


READ = pgettext_lazy("act form", "The reporters read this.")
STAFF = pgettext_lazy("act form", "Only staff read this.")
Fields = dict[str, forms.Field]


def _text(label: Any, *, required: bool = True, hint: Any = STAFF) -> Callable[[Asked], Fields]:
    return lambda _: {"text": CleanTextField(label=label, required=required, help_text=hint)}


def _none(_: Asked) -> Fields:
    return {}


def _lead(asked: Asked) -> forms.Field:
    return OrganisationField(label=pgettext_lazy("act form", "Lead"), options=asked.organisations)


def _note_field(hint: Any) -> forms.Field:
    return CleanTextField(label=pgettext_lazy("act form", "Note"), required=False, rows=2, help_text=hint)


def _dispatch(asked: Asked) -> Fields:
    limit = LimitField(label=pgettext_lazy("act form", "Limit"))
    return {"lead": _lead(asked), "limit": limit, "text": _note_field(READ), **_helpers(asked)}


def _helpers(asked: Asked) -> Fields:
    found: Fields = {}
    for row in range(1, CO_HANDLERS_OFFERED + 1):
        words = {"n": row}
        found[f"co_{row}"] = OrganisationField(
            label=pgettext("act form", "Co-handler %(n)d") % words,
            options=asked.organisations,
            required=False,
        )
        found[f"co_{row}_limit"] = LimitField(
            label=pgettext("act form", "Limit of co-handler %(n)d") % words, help_text=_once(row)
        )
        found[f"co_{row}_request"] = CleanTextField(
            label=pgettext("act form", "What co-handler %(n)d is asked to do") % words, required=False, rows=2
        )
    return found


def _once(row: int) -> Any:
    """How limits are written, told in the first row alone."""
    return LIMIT_HINT if row == 1 else ""


def _reassign(asked: Asked) -> Fields:
    return {
        "lead": _lead(asked),
        "text": CleanTextField(label=pgettext_lazy("act form", "Why another lead"), help_text=STAFF),
    }


def _choice(label: Any, options: Sequence[Option]) -> forms.Field:
    first = ("", pgettext_lazy("act form", "Choose from the list"))
    messages = NEEDED | {"invalid_choice": first[1]}
    return forms.ChoiceField(label=label, choices=[first, *options], error_messages=messages)


def _radio(label: Any, options: Sequence[Option], *, required: bool = True) -> forms.Field:
    return forms.ChoiceField(
        label=label, choices=list(options), required=required, widget=forms.RadioSelect, error_messages=NEEDED
    )


def _assign(asked: Asked) -> Fields:
    person = _choice(pgettext_lazy("act form", "Person in charge"), asked.people)
    return {"post": person, "text": _note_field(STAFF)}


def _note(asked: Asked) -> Fields:
    text = CleanTextField(label=pgettext_lazy("act form", "Note"), required=False, help_text=STAFF)
    return {"text": text, **(_optional_photos() if asked.may_add_photos else {})}


def _optional_photos() -> Fields:
    return {
        "photos": PhotosField(label=pgettext_lazy("act form", "Photos"), required=False),
        "phase": _phase(),
    }


def _phase() -> forms.Field:
    phases = [
        ("before", pgettext_lazy("photo phase", "Before the work")),
        ("after", pgettext_lazy("photo phase", "After the work; the reporters see it")),
    ]
    return _radio(pgettext_lazy("act form", "The photos show"), phases, required=False)


def _photo(_: Asked) -> Fields:
    return {
        "photos": PhotosField(label=pgettext_lazy("act form", "Photos"), required=True),
        "phase": _phase(),
        "text": CleanTextField(
            label=pgettext_lazy("act form", "Note"), required=False, rows=2, help_text=STAFF
        ),
    }


def _extend(asked: Asked) -> Fields:
    limit = LimitField(
        label=pgettext_lazy("act form", "Longer by"), required=True, help_text=asked.extension_hint
    )
    return {"limit": limit, "text": CleanTextField(label=pgettext_lazy("act form", "Why"), help_text=READ)}


def _task_cancel(asked: Asked) -> Fields:
    why = CleanTextField(label=pgettext_lazy("act form", "Why"), rows=2, help_text=STAFF)
    return {"task": _radio(pgettext_lazy("act form", "Whom"), asked.tasks), "text": why}


def _handled(asked: Asked) -> Fields:
    hint = pgettext_lazy(
        "act form",
        "The reporters read it when the matter is closed, unless the verifier writes something else.",
    )
    found: Fields = {"text": CleanTextField(label=pgettext_lazy("act form", "What was done"), help_text=hint)}
    if asked.open_co_handlers:
        open_words = pgettext("act form", "Not finished yet: %(names)s.") % {"names": asked.open_co_handlers}
        label = pgettext_lazy("act form", "Why it is settled without them")
        found["note"] = CleanTextField(label=label, required=False, rows=2, help_text=open_words)
    if asked.may_add_photos:
        found["photos"] = PhotosField(
            label=pgettext_lazy("act form", "Photos from after the work"), required=False
        )
    return found


def _close(_: Asked) -> Fields:
    result = CleanTextField(
        label=pgettext_lazy("act form", "Result for the reporters"), required=False, help_text=READ
    )
    note = CleanTextField(
        label=pgettext_lazy("act form", "How it was verified"), required=False, rows=2, help_text=STAFF
    )
    return {"text": result, "note": note}


def _retype(_: Asked) -> Fields:
    hint = pgettext_lazy(
        "act form", "Type a part of the name. Limits follow the type, and the classifier learns from it."
    )
    note = CleanTextField(label=pgettext_lazy("act form", "Note"), required=False, rows=2, help_text=STAFF)
    return {"type": TypeField(label=pgettext_lazy("act form", "Right type"), help_text=hint), "text": note}


def _merge(asked: Asked) -> Fields:
    found: Fields = {}
    if asked.targets:
        other = (BY_NUMBER, pgettext_lazy("act form", "Another one, by its number"))
        found["target"] = _radio(pgettext_lazy("act form", "Into which matter"), [*asked.targets, other])
    found["number"] = forms.CharField(
        label=pgettext_lazy("act form", "Number"), required=False, max_length=24,
        widget=forms.TextInput(attrs={"class": "input-narrow", "autocomplete": "off"}),
    )  # fmt: skip
    found["text"] = CleanTextField(
        label=pgettext_lazy("act form", "Note"), required=False, rows=2, help_text=READ
    )
    return found


def _split(asked: Asked) -> Fields:
    found: Fields = {}
    for row in range(1, min(asked.rows, procedure().parts_at_once) + 1):
        words = {"n": row}
        found[f"part_{row}_title"] = forms.CharField(
            label=pgettext("act form", "Part %(n)d") % words, max_length=TITLE_LENGTH, required=False
        )
        found[f"part_{row}_lead"] = OrganisationField(
            label=pgettext("act form", "Lead of part %(n)d") % words,
            options=asked.organisations,
            required=False,
        )
        found[f"part_{row}_limit"] = LimitField(
            label=pgettext("act form", "Limit of part %(n)d") % words, help_text=_once(row)
        )
        found[f"part_{row}_text"] = CleanTextField(
            label=pgettext("act form", "What part %(n)d is about") % words, required=False, rows=2
        )
    return found


FIELDS: dict[Act, Callable[[Asked], Fields]] = {
    Act.ACCEPT: _text(pgettext_lazy("act form", "Note"), required=False, hint=READ),
    Act.DISPATCH: _dispatch,
    Act.REASSIGN: _reassign,
    Act.ASSIGN: _assign,
    Act.ADD_CO_HANDLER: _helpers,
    Act.START: _none,
    Act.NOTE: _note,
    Act.REPLY: _text(pgettext_lazy("act form", "Reply"), hint=READ),
    Act.PHOTO: _photo,
    Act.PAUSE: _text(pgettext_lazy("act form", "Why the clock stands still"), hint=READ),
    Act.RESUME: _text(pgettext_lazy("act form", "Note"), required=False, hint=READ),
    Act.EXTEND: _extend,
    Act.RETURN: _text(pgettext_lazy("act form", "Why it is returned")),
    Act.TASK_DONE: _text(pgettext_lazy("act form", "What was done")),
    Act.TASK_RETURN: _text(pgettext_lazy("act form", "Why it is not ours")),
    Act.TASK_CANCEL: _task_cancel,
    Act.HANDLED: _handled,
    Act.CLOSE: _close,
    Act.SEND_BACK: _text(pgettext_lazy("act form", "What is not settled")),
    Act.REOPEN: _text(pgettext_lazy("act form", "Why it is reopened"), hint=READ),
    Act.REJECT: _text(pgettext_lazy("act form", "Why it is not accepted"), hint=READ),
    Act.WITHDRAW: _text(pgettext_lazy("act form", "Why it is withdrawn"), hint=READ),
    Act.RETYPE: _retype,
    Act.MERGE: _merge,
    Act.MERGE_UNDO: _text(pgettext_lazy("act form", "Why"), required=False, hint=READ),
    Act.SPLIT: _split,
}
