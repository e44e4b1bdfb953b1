"""How a form's field is drawn: class of its control, ties to hint and errors, single choices of a group."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.forms.boundfield import BoundWidget

CLASS_OF_TYPE = {
    "checkbox": "checkbox",
    "radio": "radio",
    "select": "select",
    "file": "file-input",
}
CHOICE_CLASSES = frozenset({"checkbox", "radio"})


@dataclass(frozen=True)
class Choice:
    """One box or button of a group: its control as HTML, the control's id, the text beside it."""

    control: str
    id: str
    text: str


def control_class(bound: BoundField) -> str:
    """Return the class of a field's control by its widget."""
    if bound.widget_type == "textarea":
        return "textarea"
    return CLASS_OF_TYPE.get(getattr(bound.field.widget, "input_type", ""), "input")


def control_attributes(bound: BoundField) -> dict[str, str]:
    """Return the attributes that tie a control to its hint and its errors."""
    own = bound.field.widget.attrs.get("class", "")
    attributes = {"class": f"{control_class(bound)} {own}".strip()}
    described = [f"{bound.auto_id}_hint"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return attributes


def is_group(bound: BoundField) -> bool:
    """Tell whether the field is a set of radio buttons or boxes under one legend."""
    return bool(bound.field.widget.use_fieldset) and control_class(bound) in CHOICE_CLASSES


def field_kind(bound: BoundField) -> str:
    """Return which of the three drawings fits: group, single (one box), plain."""
    if bound.field.widget.use_fieldset:
        return "group"
    return "single" if control_class(bound) in CHOICE_CLASSES else "plain"


def choices_of(bound: BoundField) -> list[Choice]:
    """Return the single choices of a group, each with its own control."""
    own = {key: value for key, value in control_attributes(bound).items() if key != "aria-describedby"}
    return [choice(part, own=own) for part in bound.subwidgets]


def choice(part: BoundWidget, *, own: dict[str, str]) -> Choice:
    """Return one choice, carrying the group's class and validity."""
    part.data["attrs"] = {**part.data["attrs"], **own}
    return Choice(control=part.tag(wrap_label=False), id=str(part.id_for_label), text=str(part.choice_label))


def field_context(bound: BoundField) -> dict[str, Any]:
    """Return what the templates of fields show."""
    attributes = control_attributes(bound)
    grouped = is_group(bound)
    return {
        "bound": bound,
        "described": attributes.get("aria-describedby", ""),
        "control": "" if grouped else bound.as_widget(attrs=dict(attributes)),
        "choices": choices_of(bound) if grouped else [],
    }


def named(bound: BoundField) -> tuple[str, str]:
    """Return where a link to the field leads and what the field is called; neither for one that nobody sees."""
    return ("", "") if bound.is_hidden else (target_id(bound), str(bound.field.label or ""))


def target_id(bound: BoundField) -> str:
    """Return the id of the element that a link to the field's error should reach."""
    return str(bound.id_for_label or f"{bound.auto_id}_0")
