"""What clues repeat: offices in conflict lose them, reminding, wiping, publishing statistics, drafting warnings."""

from datetime import timedelta

from bandeng.clues.services.accusing import leads_recheck
from bandeng.clues.services.publishing import figures_publish
from bandeng.clues.services.reminding import limits_set, notices_write
from bandeng.clues.services.rereading import names_reread
from bandeng.clues.services.retention import clues_purge
from bandeng.clues.services.warnings import warnings_draft
from bandeng.core.ticks import tick


@tick(every=timedelta(hours=6))
def clues_wipe() -> None:
    """Wipe clues whose day has come."""
    clues_purge()


@tick(every=timedelta(hours=1))
def clue_names_reread() -> None:
    """Shut out whoever got an account, a name or a duty for clues after a clue that accuses them came in."""
    names_reread()


@tick(every=timedelta(minutes=10))
def clues_remind() -> None:
    """Tell of limits that end soon or have ended; of clues whose office is in conflict by now, the centre."""
    leads_recheck()
    limits_set()
    notices_write()


@tick(every=timedelta(hours=6))
def clue_figures_publish() -> None:
    """Publish the statistics of the month that has ended."""
    figures_publish()


@tick(every=timedelta(hours=6))
def fraud_warnings_draft() -> None:
    """Draft warnings for last week's alarms."""
    warnings_draft()
