"""Template tags for the parts of every page; `docs/design.md` lists them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import pgettext

from bandeng.core import fields, labels
from bandeng.core.labels import ClockFace

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Return an icon of the sprite; with a label it speaks, without one it is decoration."""
    address = static("icons/sprite.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, address, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', address, name)


@register.simple_tag
def disc(state: str, big: bool = False) -> SafeString:
    """Return the circle of a state without its word; the word must stand beside it."""
    return format_html(
        '<svg class="disc{}" viewBox="0 0 22 22" aria-hidden="true"><use href="{}#disc-{}"/></svg>',
        " disc-big" if big else "",
        static("icons/sprite.svg"),
        labels.disc_of(state),
    )


@register.simple_tag
def state_badge(state: str, label: str) -> SafeString:
    """Return a state as a circle that fills and its word."""
    return format_html('<span class="state state-{}">{}{}</span>', labels.disc_of(state), disc(state), label)


@register.simple_tag
def clock(face: ClockFace | None, big: bool = False) -> SafeString:
    """Return a clock: words over a gauge, the exact time in the title. Nothing for a matter without one."""
    if face is None:
        return SafeString("")
    return format_html(
        '<span class="clock clock-{}{}"{}><span class="clock-text">{}</span>{}</span>',
        face.kind,
        " clock-big" if big else "",
        format_html(' title="{}"', face.exact) if face.exact else "",
        face.text,
        gauge(face.share),
    )


@register.simple_tag
def due_time(at: datetime | None, late: bool = False, hour: bool = False) -> SafeString:
    """Return when something is due, in vermilion and in words once that has passed. Nothing without a time."""
    if at is None:
        return SafeString("")
    day = format_html(
        '<time datetime="{}">{}</time>',
        at.isoformat(),
        date_format(localtime(at), "Y-m-d H:i" if hour else "Y-m-d"),
    )
    if not late:
        return day
    words = format_html(pgettext("due", "late since {day}"), day=day)
    return format_html('<span class="overdue">{}</span>', words)


@register.simple_tag
def gauge(share: float) -> SafeString:
    """Return a thin gauge filled to `share` percent (0–100)."""
    width = min(100, max(0, round(share)))
    return format_html(
        '<svg class="gauge" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="4"/></svg>',
        width,
    )


@register.simple_tag
def share_bar(value: float, maximum: float) -> SafeString:
    """Return a bar as long as `value` is of `maximum`; the figure itself must stand beside it."""
    width = 0 if maximum <= 0 else min(100, max(0, round(100 * value / maximum, 1)))
    return format_html(
        '<svg class="bar-share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="10"/></svg>',
        width,
    )


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    """Return a progress bar with its spoken label."""
    return format_html(
        '<progress class="progress" value="{}" max="{}" aria-label="{}">{} / {}</progress>',
        done, max(total, 1), label, done, total,
    )  # fmt: skip


@register.filter
def listed(words: Iterable[object]) -> str:
    """Words one after the other, as the reader's language separates them."""
    return labels.listed(words)


@register.simple_tag
def sep() -> SafeString:
    """Return the dot between two facts, spoken as a comma."""
    return format_html('<span class="sep"><span class="sr-only">{}</span></span>', pgettext("spoken", ", "))


@register.simple_tag
def demo_badge() -> SafeString:
    """Return the badge that marks synthetic data; nothing on a real district."""
    if not getattr(settings, "DEMO", False):
        return SafeString("")
    return format_html('<span class="demo-badge">{}</span>', pgettext("badge", "Demo data"))


@register.simple_tag
def risk_mark(level: int, word: bool = True) -> SafeString:
    """Return the five-colour mark of an area, 5 = red … 1 = green, with its word unless told otherwise."""
    context = {"level": level, "name": labels.RISK_LEVEL[level], "word": word}
    return render_to_string("core/parts/risk_mark.html", context)


@register.simple_tag
def kbd(key: str) -> SafeString:
    """Return a key as it is printed on the keyboard."""
    return format_html('<span class="kbd" aria-hidden="true">{}</span>', key)


@register.simple_tag
def steps(number: int, total: int) -> SafeString:
    """Return the bar of a form's steps; the sentence “step n of m” must stand beside it."""
    marks = format_html_join(
        "", '<li class="{}"></li>', (("on" if n < number else "",) for n in range(total))
    )
    return format_html('<ol class="steps" aria-hidden="true">{}</ol>', marks)


@register.simple_tag
def island(name: str) -> SafeString:
    """Return the script of an island; put it into the block `islands`, once a page."""
    return format_html('<script type="module" src="{}"></script>', static(f"dist/{name}.js"))


@register.simple_tag
def empty(title: str, text: str = "", address: str = "", action: str = "") -> SafeString:
    """Return the empty state: what is true, what comes next, one way on."""
    context = {"title": title, "text": text, "address": address, "action": action}
    return render_to_string("core/parts/empty.html", context)


@register.simple_tag
def chip(name: str, value: str, address: str = "") -> SafeString:
    """Return a filter that is on; with an address, the link that takes it off."""
    context = {"name": name, "value": value, "address": address}
    return render_to_string("core/parts/chip.html", context)


@register.simple_tag
def field(bound: BoundField, label: str = "", mark_optional: bool = True, title: bool = False) -> SafeString:
    """Return a form field: label, hint, what is wrong, control. `title` makes the label the page's h1."""
    kind = fields.field_kind(bound)
    context = {
        **fields.field_context(bound),
        "label": label or bound.label,
        "optional": mark_optional and not bound.field.required and kind != "single",
        "title": title,
    }
    return render_to_string(f"core/parts/field_{kind}.html", context)


@register.simple_tag
def error_summary(*forms: BaseForm) -> SafeString:
    """Return the list of everything wrong in the forms, each with its field's name and link; nothing if all is well."""
    items: list[tuple[str, str, str]] = []
    for form in forms:
        items += [("", "", str(message)) for message in form.non_field_errors()]
        items += [(*fields.named(bound), str(message)) for bound in form for message in bound.errors]
    if not items:
        return SafeString("")
    return render_to_string("core/parts/error_summary.html", {"items": items, "count": len(items)})


@register.inclusion_tag("core/parts/pagination.html", takes_context=True)
def pagination(context: template.Context, page: "Page[Any]", name: str = "page") -> dict[str, Any]:
    """Return the links to a paginator's pages; the other parts of the address stay as they are."""
    query = context["request"].GET.copy() if "request" in context else None
    if query is not None:
        query.pop(name, None)
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "name": name,
        "numbers": list(shown),
        "rest": f"&{query.urlencode()}" if query else "",
        "ellipsis": page.paginator.ELLIPSIS,
    }


@register.inclusion_tag("core/parts/pager.html")
def pager(previous: str = "", following: str = "", position: str = "") -> dict[str, str]:
    """Return links to the previous and next part of a list that is too long to count."""
    return {"previous": previous, "following": following, "position": position}


@register.simple_block_tag
def timeline_item(
    content: str, state: str, title: str, time: str = "", iso: str = "", gap: bool = False
) -> SafeString:
    """Return one step of a matter's story; the content is its second line."""
    context = {"content": content, "state": state, "title": title, "time": time, "iso": iso, "gap": gap}
    return render_to_string("core/parts/timeline_item.html", context)


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """Return a dialog that `data-opens="name"` opens; the content brings text, form and buttons."""
    context = {"content": content, "name": name, "title": title}
    return render_to_string("core/parts/dialog.html", context)


@register.inclusion_tag("core/parts/tab.html", takes_context=True)
def tab(
    context: template.Context, address: str, symbol: str, label: str, count: int = 0, main: bool = False
) -> dict[str, Any]:
    """Return one place of the phone's tab bar; the one whose address is shown is marked."""
    path = context["request"].path if "request" in context else ""
    return {
        "address": address, "symbol": symbol, "label": label, "count": count, "main": main,
        "current": path == address,
    }  # fmt: skip


@register.inclusion_tag("core/parts/rail_link.html", takes_context=True)
def rail_link(
    context: template.Context,
    address: str,
    label: str,
    count: str | int = "",
    overdue: bool = False,
    current: bool = False,
) -> dict[str, Any]:
    """Return one line of the rail, with its count; `overdue` draws a count above nought in vermilion."""
    here = context["request"].get_full_path() if "request" in context else ""
    return {
        "address": address, "label": label, "count": count,
        "overdue": overdue and bool(count), "current": current or here == address,
    }  # fmt: skip
