"""Every address that the program has, with somebody's numbers filled in."""

# A route that is new is in these tests by itself; one with a parameter of a new name fails them until it is told here.

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from bandeng.dispatch.selectors import Act

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^)]*\)")
#: Parameters that are a choice, not somebody's number; the first fits everywhere.
CHOICES = {"form": "json", "code": "01", "name": "figures", "provider_id": "district", "version": "1"}


@dataclass(frozen=True)
class Address:
    """A route and one address of it."""

    route: str
    path: str


def addresses(numbers: Mapping[str, object]) -> Iterator[Address]:
    """One address of every route, and of a matter's acts each."""
    for route in sorted(set(_routes(get_resolver().url_patterns, "/"))):
        if "/desk/matters/" in route and route.endswith("<str:name>"):
            acts = [route.replace("<str:name>", act.value) for act in Act]
            yield from (_filled(each, numbers) for each in acts)
        else:
            yield _filled(route, numbers)


def _filled(route: str, numbers: Mapping[str, object]) -> Address:
    found = [match.groupdict() for match in PARAMETER.finditer(route)]
    names = [each["name"] or each["group"] for each in found]
    values = {name: str(numbers.get(name, CHOICES.get(name, ""))) for name in names}
    if "<int:number>" in route:
        values["number"] = "1"  # of a session
    missing = [name for name, value in values.items() if not value]
    assert not missing, f"{route}: which {missing}?"
    path = PARAMETER.sub(lambda match: values[match["name"] or match["group"]], route)
    return Address(route, path)


def _routes(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for each in patterns:
        part = str(each.pattern).removeprefix("^").removesuffix(r"\Z").removesuffix("$").replace("\\.", ".")
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, before + part)
        else:
            yield before + part
