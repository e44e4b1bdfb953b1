"""What clues repeat: wiping what is no longer needed, drafting warnings."""

from datetime import timedelta

from bandeng.clues.services.retention import clues_purge
from bandeng.clues.services.warnings import warnings_draft
from bandeng.core.ticks import tick


@tick(every=timedelta(hours=6))
def clues_wipe() -> None:
    """Wipe clues whose day has come."""
    clues_purge()


@tick(every=timedelta(hours=6))
def fraud_warnings_draft() -> None:
    """Draft warnings for last week's alarms."""
    warnings_draft()
