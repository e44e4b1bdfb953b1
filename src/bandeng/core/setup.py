"""Base data: each app names what an empty database must hold before anyone can work."""

from django.utils.module_loading import import_string

BASE_DATA: list[str] = []


def base_data(loader: str) -> None:
    """Register an idempotent loader by its dotted path, so that starting a command does not import it.

    Set-up runs the loaders in the order in which the apps are installed.
    """
    BASE_DATA.append(loader)


def base_data_load() -> None:
    """Bring all base data in; running it again changes nothing."""
    for loader in BASE_DATA:
        import_string(loader)()
