"""The demo's classifier, trained on the demo's own synthetic messages."""

from collections.abc import Callable

from django.conf import settings

from bandeng.dispatch.services.corrections import base_rows_keep
from bandeng.matters.models import Matter
from reckon.classification import LabelledText, train

ROWS = 2000
BRANCH = len("01.02")  # the second level: fine enough to dispatch by, with enough examples each


def classifier_train(*, tick: Callable[[float], None]) -> None:
    """Train on the oldest matters and put the model where intake finds it. `tick` gets the share done, 0 to 1."""
    known = (
        Matter.objects.exclude(type_code="").order_by("pk").values_list("title", "text", "type_code")[:ROWS]
    )
    rows = [LabelledText(text=text, title=title, category=code[:BRANCH]) for title, text, code in known]
    base_rows_keep(rows)
    train(rows, progress=tick).classifier.save(settings.CLASSIFIER_FILE)
