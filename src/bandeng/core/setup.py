"""Base data: each app registers what an empty database must hold before anyone can work."""

from collections.abc import Callable

BASE_DATA: list[Callable[[], None]] = []


def base_data(load: Callable[[], None]) -> Callable[[], None]:
    """Register an idempotent loader; set-up runs them in the order in which the apps are installed."""
    BASE_DATA.append(load)
    return load
