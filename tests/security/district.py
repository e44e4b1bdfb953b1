"""A small district with one matter that tells its marks wherever it shows, and people who may or may not see it."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image

from bandeng.accounts.middleware import FACTOR_KEY
from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.dispatch.models import MessageTemplate, SavedFilter
from bandeng.dispatch.services import handling
from bandeng.dispatch.tests.stories import Stage, actor_of
from bandeng.intake.models import WebhookEndpoint
from bandeng.intake.tests.factories import token
from bandeng.matters.services.opening import Opened
from bandeng.matters.services.photos import photo_add
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE
from bandeng.people.services import ContactDetails

OTHERS_TOKEN = "bd_99999999_other"
#: Of these there are none in this district: whoever asks for the first is told so.
EMPTY = (
    "alert_id", "pair_id", "topic_id", "version", "key", "evaluation_id", "score_id", "objection_id", "rating_id",
    "sample_id", "record_id", "plan_id", "upload_id", "set_id", "run_id", "surge_id", "review_id", "import_id",
    "draft_id", "skill_id",
)  # fmt: skip
WORKING = (Duty.REPORT, Duty.INTAKE, Duty.DISPATCH, Duty.HANDLE, Duty.VERIFY, Duty.SUPERVISE)


@dataclass
class Scene:
    """The stage, the matter, and the numbers by which it and its surroundings are reached."""

    stage: Stage
    opened: Opened
    numbers: dict[str, object] = field(default_factory=dict)

    def client(self, scope: Scope, *, csrf: bool = False) -> Client:
        """A browser in which the holder of a post is signed in."""
        client = Client(enforce_csrf_checks=csrf, raise_request_exception=False)
        client.force_login(Post.objects.get(pk=scope.post_id).user)
        session = client.session
        session[FACTOR_KEY] = "fine"  # as if the second factor were set up, or every page would lead there
        session.save()
        return client

    @property
    def insider(self) -> Scope:
        """Somebody of the centre with every duty."""
        return self.stage.scope(CENTRE, *Duty)

    @property
    def outsider(self) -> Scope:
        """Somebody of the other street's office, who may do everything there."""
        return self.stage.scope(STREETS[1], *WORKING, Duty.UNSEAL, Duty.ADMINISTER)


def scene(mark: str) -> Scene:
    """A matter in the first street whose every text is `mark`, with a report, a step, a photo, a filter, a template."""
    stage = Stage()
    contact = ContactDetails(name=mark[:60], phone="13800000000")
    opened = stage.opened(title=mark, text=f"{mark} 古渡路", address=mark, contact=contact, grid=GRIDS[0])
    matter, clerk = opened.matter, actor_of(stage.centre)
    handling.matter_note(matter_id=matter.pk, text=mark, actor=clerk, scope=stage.centre)
    handling.matter_reply(matter_id=matter.pk, text=mark, actor=clerk, scope=stage.centre)
    photo = photo_add(matter=matter, file=BytesIO(picture()), phase="report", actor=clerk)
    officer = stage.scope(STREETS[0], *WORKING)
    user = Post.objects.get(pk=officer.post_id).user
    user.name = mark[:60]
    user.save()
    own = token(house=stage.house)
    other = token(house=stage.house, value=OTHERS_TOKEN, organisation="housing")
    hook = WebhookEndpoint.objects.create(
        token=own, url="https://example.org/", events=[], secret="", created_at=matter.opened_at
    )
    kept = SavedFilter.objects.create(user=user, name=mark[:40], query="queue=all")
    text = MessageTemplate.objects.create(
        act="reply", name=mark[:60], text=mark, organisation_id=officer.organisation_id
    )
    numbers = {
        "number": matter.number, "matter_id": matter.pk, "report_id": opened.report.pk, "photo_id": photo.pk,
        "user_id": user.pk, "post_id": officer.post_id, "organisation_id": officer.organisation_id,
        "token_id": own.pk, "webhook_id": hook.pk, "filter_id": kept.pk, "template_id": text.pk, "digest": photo.digest,
        "role_id": Post.objects.get(pk=officer.post_id).role_id, "kind": "registry", **dict.fromkeys(EMPTY, 1),
        "area": STREETS[0], "duty": "lasting_settlement", "month": 202610,
    }  # fmt: skip
    assert other.pk != own.pk
    return Scene(stage, opened, numbers)


def picture(**options: Any) -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", **options)
    return out.getvalue()
