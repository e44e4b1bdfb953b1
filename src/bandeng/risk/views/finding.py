"""The version, street and indicator that an address names, as far as the viewer may see them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from bandeng.accounts.selectors import person
from bandeng.core.rules import Actor
from bandeng.organisations.permission import held_scope
from bandeng.organisations.rules import Scope
from bandeng.risk.rules import sees_street
from bandeng.risk.selectors.maps import Shown, maps_for, shown
from reckon.index import Indicator


def view_of(request: HttpRequest, month: int, version: int) -> Shown:
    """A version of a month's map. Raises Http404 for one that the viewer may not see."""
    rows = maps_for(held_scope(request)).select_related("indicator_set", "reference_year")
    row = rows.filter(month=month, version=version).first()
    if row is None:
        raise Http404
    return shown(row)


def street_of(request: HttpRequest, view: Shown, area: str) -> str:
    """A street of the map. Raises Http404 for none, PermissionDenied for one beyond the viewer's area."""
    if area not in view.inputs.streets.areas:
        raise Http404
    if not sees_street(held_scope(request), area):
        raise PermissionDenied
    return area


def indicator_of(view: Shown, code: str) -> Indicator:
    """A declared indicator. Raises Http404."""
    found = next((row for row in view.rules.declaration.indicators if row.code == code), None)
    if found is None:
        raise Http404
    return found


def actor_of(request: HttpRequest, scope: Scope) -> Actor:
    """Who acts, by name."""
    return Actor(scope.actor, person(request).get_full_name(), scope.organisation_id)
