"""What happens to clues that other apps may hear of; events lie in a table in clear, so they say next to nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClueReceived:
    """A clue came in that accuses no office and no staff; `signals` tells what may be known of it."""

    clue_id: int
