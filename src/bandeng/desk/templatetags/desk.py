"""The bar and the rail of every desk page: what they show of the signed-in post."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bandeng.clues.rules import CLUE_DUTIES
from bandeng.core.templatetags.bandeng import icon
from bandeng.desk.labels import QUEUE_NAMES
from bandeng.desk.selectors.counts import UNREAD_UP_TO, Lead, queues_of, tally, unread_count
from bandeng.desk.selectors.lengths import Length
from bandeng.desk.selectors.rows import Band
from bandeng.desk.selectors.saved import saved_lines
from bandeng.dispatch.selectors import Queue
from bandeng.dispatch.selectors.reviews import reviews_waiting
from bandeng.organisations.rules import AREA_KINDS, Duty, Scope
from bandeng.organisations.selectors import directory

register = template.Library()


@register.inclusion_tag("desk/nav_links.html", takes_context=True)
def desk_nav(context: template.Context, here: str = "") -> dict[str, Any]:
    """Return the links of the bar; `here` names the one that is shown."""
    scope = scope_in(context)
    unread = unread_count(scope) if scope else 0
    return {
        "here": here,
        "unread": f"{UNREAD_UP_TO}+" if unread > UNREAD_UP_TO else unread,
        "may_register": bool(scope and scope.has(Duty.INTAKE)),
        "may_rule": bool(scope and scope.has(Duty.RULES)),
        "may_keep_texts": bool(scope and scope.has(Duty.SUPERVISE)),
        "may_watch": bool(scope and any(map(scope.has, (Duty.SUPERVISE, Duty.DISPATCH, Duty.HANDLE)))),
        "may_see_clues": bool(scope and not scope.duties.isdisjoint(CLUE_DUTIES)),
        "may_fight": bool(
            scope and any(map(scope.has, (Duty.SUPERVISE, Duty.DISPATCH, Duty.INTAKE, Duty.FRAUD_WARNING)))
        ),
    }


@register.simple_tag(takes_context=True)
def desk_rail(context: template.Context) -> SafeString:
    """Return the rail's lists with their counts, for the post that is signed in."""
    scope = scope_in(context)
    if scope is None:
        return mark_safe("")
    figures = tally(scope)
    query = context["request"].GET
    chosen = context.get("filters")
    lines = [
        {
            "address": f"{reverse('desk-queue')}?queue={queue.value}", "label": QUEUE_NAMES[queue],
            "count": figures.queues.get(queue, 0),
            "overdue": queue is Queue.OVERDUE and figures.queues.get(queue, 0) > 0,
            "current": chosen is not None and chosen.queue is queue and not query.get("saved"),
        }
        for queue in queues_of(scope)
    ]  # fmt: skip
    shown = {
        "lines": lines,
        "may_review": scope.has(Duty.SUPERVISE) or scope.has(Duty.HANDLE),
        "reviews": reviews_waiting(scope),
        "here_reviews": context["request"].path.startswith(reverse("desk-reviews")),
        "leads": leads_called(figures.leads) if scope.kind in AREA_KINDS else [],
        "lead": chosen.lead if chosen is not None else None,
        "saved": saved_lines(scope.user_id, current=query.get("saved", "")),
        "saved_now": query.get("saved", ""),
    }
    return mark_safe(render_to_string("desk/rail_lines.html", shown, request=context["request"]))  # noqa: S308


def leads_called(leads: Iterable[Lead]) -> list[Lead]:
    """The leads with their names in the reader's language; the figures are shared by readers of all languages."""
    return [replace(lead, name=directory().name(lead.id)) for lead in leads]


@register.filter
def broken(place: str) -> SafeString:
    """Return a place that may break after the dot between street and community, and nowhere else first."""
    return format_html_join(
        mark_safe("·<wbr>"),
        '<span class="whitespace-nowrap">{}</span>',
        ((part,) for part in place.split("·")),
    )


def scope_in(context: template.Context) -> Scope | None:
    """The scope that every template is given, as itself."""
    scope = context.get("scope")
    return scope or None


@register.simple_tag
def sorted_head(label: str, name: str, address: str, direction: str) -> SafeString:
    """Return a table's head that sorts; `direction` is "ascending", "descending" or empty."""
    mark = icon("up" if direction == "ascending" else "down") if direction else ""
    state = format_html(' aria-sort="{}"', direction) if direction else ""
    return format_html(
        '<th class="col-{}" scope="col"{}><a href="{}">{}{}</a></th>', name, state, address, label, mark
    )


@register.simple_tag
def group_of(length: Length, band: Band) -> tuple[int, int]:
    """Return how many matters a group of the list holds, and how many of its rows only wait for verification."""
    return length.groups[band.value]
