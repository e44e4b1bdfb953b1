"""What the tests of the pages share: small pictures, and a resident who goes through the steps."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

LAMP = "古渡路58号门前的路灯三天不亮，晚上出行不便。"


def picture(*, colour: str = "navy", name: str = "照片.jpg", cut: int | None = None) -> SimpleUploadedFile:
    """A small JPEG as a browser sends it; `cut` damages it by keeping so many bytes."""
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue()[:cut], content_type="image/jpeg")


def written(client: Client, *, text: str = LAMP, **place: object) -> None:
    """Fill in everything up to the last step, anonymously."""
    client.post("/report/", {"text": text})
    client.post("/report/place/", {"address": "古渡路58号", **place})
    client.post("/report/contact/", {"who": "anonymous"})


def sent(client: Client, *, text: str = LAMP, **place: object) -> dict[str, str]:
    """A report sent; its receipt."""
    written(client, text=text, **place)
    client.post("/report/check/")
    receipt: dict[str, str] = client.session["report sent"]
    return receipt
