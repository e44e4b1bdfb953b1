"""One at a time: what joins records to enterprises and what raises alerts reads everything before it writes."""

from bandeng.core import turns

KEY = 0x6861726D


def turn_take() -> None:
    """Wait until nobody else resolves, raises or brings in; held until the transaction ends."""
    turns.turn_take(KEY)
