"""What the ledger does: notice, take, write, count."""

from bandeng.ledger.services.counting import figures_count, figures_recount, measures_declare
from bandeng.ledger.services.taking import records_take, touch, touched_take
from bandeng.ledger.services.writing import entries_write, table_write

__all__ = [
    "entries_write",
    "figures_count",
    "figures_recount",
    "measures_declare",
    "records_take",
    "table_write",
    "touch",
    "touched_take",
]
