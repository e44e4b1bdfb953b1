"""How many tries a sign-in has, and what a password may not repeat. No Django."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True)
class TryLimit:
    """So many tries within a window; the one after the last waits until the window is over."""

    name: str
    tries: int
    window: timedelta


# GB/T 22239-2019 (等保 2.0), 8.1.4.1: end sessions and limit failed sign-ins; the figures are ours.
ACCOUNT_TRIES = TryLimit("sign-in", 5, timedelta(minutes=15))
ADDRESS_TRIES = TryLimit("address", 20, timedelta(minutes=15))
CODE_TRIES = TryLimit("code", 5, timedelta(minutes=15))
CODE_ONCE = TryLimit("code used", 1, timedelta(seconds=120))  # longer than a code lives, tolerance included
PASSWORDS_REMEMBERED = 5


def folded(username: str) -> str:
    """A user name with all spellings that a database may take for the same made one."""
    return username.strip().upper().casefold()


def network_of(address: str) -> str:
    """The address that is counted: IPv6 by its /64, since one subscriber holds all of it."""
    known = ip_address(address)
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return f"{IPv6Address(int(known) >> 64 << 64)}/64"
    return str(known)
