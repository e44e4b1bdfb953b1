"""One notice is marked as read; all of them at once: `notices.notices_read`."""

from bandeng.core import clock
from bandeng.dispatch.models import Notice


def notice_read(*, organisation_id: int, notice_id: int) -> bool:
    """Mark one notice of an organisation as read; False where there is none that is unread."""
    unread = Notice.objects.filter(organisation_id=organisation_id, pk=notice_id, read_at__isnull=True)
    return unread.update(read_at=clock.now()) > 0
