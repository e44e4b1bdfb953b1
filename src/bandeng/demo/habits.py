"""How the demo district behaves: shares, rhythms and spans, all made up, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """Shares between 0 and 1 unless said otherwise."""

    anonymous: float = 0.22
    by_person: float = 0.07  # dispatched by a person, not by a rule
    rejected: float = 0.006
    withdrawn: float = 0.006
    returned: float = 0.035
    reassigned: float = 0.02
    co_handler_added: float = 0.022
    paused: float = 0.03
    sent_back: float = 0.03
    late: float = 0.012
    noted: float = 0.5
    joined: float = 0.06  # other people report the same within days
    merged: float = 0.4  # of a hot spot's later matters
    rated: float = 0.6
    reopened_when_unhappy: float = 0.55
    reopened_else: float = 0.006
    photographed: float = 0.55


HABITS = Habits()
#: What the month is made of: Monday to Sunday, then how much a rainy day adds.
WEEKDAY_WEIGHTS = (1.14, 1.05, 1.0, 1.0, 1.02, 0.62, 0.54)
RAIN_WEIGHT = 1.2
RAIN_DAYS = 3
DAYS = 30
#: Hour by hour from midnight: grid workers keep office hours, residents write in the evening as well.
GRID_HOURS = (0, 0, 0, 0, 0, 1, 3, 14, 40, 58, 52, 34, 12, 26, 46, 52, 40, 22, 10, 8, 5, 2, 0, 0)
RESIDENT_HOURS = (6, 3, 2, 1, 1, 3, 12, 34, 44, 42, 36, 30, 26, 28, 32, 32, 34, 40, 38, 42, 40, 30, 20, 11)
CHANNEL_WEIGHTS = {"grid": 45, "resident": 24, "phone": 17, "api": 10, "open311": 4}
STARS = {5: 80, 4: 12.5, 3: 4, 2: 2, 1: 1.5}
#: Types of which rain brings many more, and how many times more.
RAIN_TYPES = {
    "01.01.04": 12,
    "01.01.02": 3,
    "01.04.05": 6,
    "01.01.03": 4,
    "09.02.01": 8,
    "14.04.01": 4,
    "14.03.02": 1,
    "09.02.03": 4,
}
#: What hot spots are made of: several people, one place, one cause.
HOT_TYPES = (
    "06.01.01",
    "08.01.02",
    "05.04.03",
    "05.02.02",
    "03.02.01",
    "03.01.01",
    "01.04.02",
    "04.03.01",
    "11.03.02",
    "01.05.05",
    "01.01.01",
    "14.01.01",
    "03.03.01",
    "01.02.01",
    "13.01.02",
    "03.01.03",
    "01.05.03",
    "11.01.02",
)
MATTERS_PER_HOT_SPOT = 560
HOT_SPOT_SIZE = (6, 44)
HOT_SPOT_HOURS = (30, 290)
