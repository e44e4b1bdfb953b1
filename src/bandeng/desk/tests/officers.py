"""Officers at their desks, for tests of a matter's page."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bandeng.desk.selectors.versions import version_of
from bandeng.dispatch.services import handling
from bandeng.dispatch.tests.stories import Stage, actor_of
from bandeng.matters.models import Matter
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope


def signed_in(scope: Scope, *, csrf: bool = False) -> Client:
    """A browser in which the holder of a post is signed in, speaking English."""
    client = Client(headers={"accept-language": "en"}, enforce_csrf_checks=csrf)
    client.force_login(Post.objects.get(pk=scope.post_id).user)
    return client


def address(matter: Matter, act: str = "") -> str:
    """Where a matter's page is, or one of its acts."""
    return f"/desk/matters/{matter.number}/{act}"


def act(client: Client, matter: Matter, name: str, **given: Any) -> Any:
    """Send an act's form as it would be shown now."""
    return client.post(address(matter, name), {"version": version_of(matter.pk), **given})


def picture(colour: str = "red") -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    body = BytesIO()
    Image.new("RGB", (80, 60), colour).save(body, "JPEG")
    return SimpleUploadedFile("现场.jpg", body.getvalue(), content_type="image/jpeg")


def started(stage: Stage, **fields: Any) -> Matter:
    """A matter that its lead has begun to handle."""
    matter = stage.opened(**fields).matter
    lead = stage.handler("city_management" if "type_code" not in fields else "housing")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(lead), scope=lead)
    return matter


def handled(stage: Stage) -> Matter:
    """A matter that waits for verification."""
    matter, lead = started(stage), stage.handler("city_management")
    handling.matter_handled(matter_id=matter.pk, result="已换灯泡", actor=actor_of(lead), scope=lead)
    return matter
