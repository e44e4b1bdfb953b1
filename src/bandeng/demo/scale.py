"""How large a demo is: the whole district with the published figures, or a small one for tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Counts of everything that the demo makes."""

    streets: int
    communities: int
    grids: int
    households: int
    residents: int
    staff: int
    seconded: int
    centre_staff: int
    department_staff: int
    street_staff: int
    community_staff: int
    team_size: int
    enterprises: int
    matters: int
    photos: int


#: 1,360 grids, 9,600 staff in 3,200 teams, 708,000 households and 1.361 million people: Shangcheng's feature;
#: 14 departments, 871 seconded staff and 15,291 matters: Linping's. The rest is ours.
WHOLE = Scale(
    streets=14,
    communities=200,
    grids=1360,
    households=708_000,
    residents=1_361_000,
    staff=9600,
    seconded=871,
    centre_staff=24,
    department_staff=40,
    street_staff=16,
    community_staff=7,
    team_size=3,
    enterprises=400,
    matters=15_291,
    photos=24,
)

#: Large enough to have every kind of post and of story, small enough for a test.
SMALL = Scale(
    streets=2,
    communities=6,
    grids=40,
    households=20_800,
    residents=40_000,
    staff=150,
    seconded=12,
    centre_staff=5,
    department_staff=2,
    street_staff=4,
    community_staff=3,
    team_size=3,
    enterprises=12,
    matters=300,
    photos=6,
)
