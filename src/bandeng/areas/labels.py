"""Words for the levels of areas."""

from django.utils.translation import pgettext_lazy

from bandeng.areas.rules import Level

LEVELS = [
    (Level.DISTRICT.value, pgettext_lazy("area level", "District")),
    (Level.STREET.value, pgettext_lazy("area level", "Street")),
    (Level.COMMUNITY.value, pgettext_lazy("area level", "Community")),
    (Level.GRID.value, pgettext_lazy("area level", "Grid")),
]
