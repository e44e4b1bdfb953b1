"""What somebody means who types into the search box: a number, a place, an organisation, or words."""

from dataclasses import dataclass

from bandeng.areas.rules import is_within
from bandeng.areas.selectors import Place, atlas
from bandeng.desk.selectors.rows import short_place
from bandeng.dispatch.selectors import NotVisible, Queue, QueueFilter, Sort, matter_for
from bandeng.matters.rules import id_of, number_of
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

MOST_WORDS = 8


@dataclass(frozen=True)
class Meant:
    """A matter's number, or a filter; `literal` where words were taken for a place or an organisation."""

    filters: QueueFilter
    number: str = ""
    literal: bool = True


def meant(scope: Scope, text: str) -> Meant:
    """What a search of a post means. A matter that the post may not see counts as words."""
    matter_id = id_of(text)
    plain = searched(text)
    if matter_id is not None:
        try:
            return Meant(plain, number_of(matter_for(scope, matter_id).pk))
        except NotVisible:
            return Meant(plain)
    area, lead, rest = "", None, []
    words = [text] if organisation_named(text) is not None else text.split()[:MOST_WORDS]
    for word in words:
        place = "" if area else place_named(scope, word)
        known = None if lead or place else organisation_named(word)
        area, lead = area or place, lead or known
        if not place and known is None:
            rest.append(word)
    return Meant(searched(" ".join(rest), area=area, lead=lead), literal=not (area or lead))


def searched(text: str, *, area: str = "", lead: int | None = None) -> QueueFilter:
    """The filter of a search: all matters, the newest first."""
    return QueueFilter(queue=Queue.ALL, text=text, area=area, lead=lead, sort=Sort.NUMBER, descending=True)


def place_named(scope: Scope, word: str) -> str:
    """The code of the one street or community of this name that the post can see; empty for none or several."""
    inside = scope.area_code if scope.sees_area else ""
    found = [
        place.code
        for place in atlas().by_code.values()
        if _is_named(place, word) and is_within(code=place.code, area=inside)
    ]
    return found[0] if len(found) == 1 else ""


def _is_named(place: Place, word: str) -> bool:
    if len(place.code) not in (9, 12):
        return False
    return word in (place.name, short_place(place.name)) or (
        bool(place.name_en) and word.lower() == place.name_en.lower()
    )


def organisation_named(word: str) -> int | None:
    """The department or centre of this name, or None; streets and communities are places."""
    for each in directory().by_id.values():
        if each.code.isdecimal():
            continue
        if word in (each.name, each.short_name) or word.lower() in (
            each.name_en.lower(),
            each.short_name_en.lower(),
        ):
            return each.pk
    return None
