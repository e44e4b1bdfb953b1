"""Photos of reports that were never sent do not stay."""

import os
import time

from bandeng.intake.tasks import staged_photos_clear
from bandeng.intake.tests.reporting import picture
from bandeng.matters.services.photos import photo_stage, staged_path


def test_staged_photo_is_cleared_after_two_days_and_not_before() -> None:
    old, fresh = photo_stage(picture(colour="teal")), photo_stage(picture(colour="olive"))  # type: ignore[arg-type]
    long_ago = time.time() - 49 * 3600
    os.utime(staged_path(old.digest), (long_ago, long_ago))
    staged_photos_clear()
    assert not staged_path(old.digest).exists()
    assert staged_path(fresh.digest).exists()
