"""Words for imports and deliveries."""

from django.utils.translation import pgettext_lazy

from bandeng.intake.rules import DeliveryState, ImportState

IMPORT_STATES = [
    (ImportState.RUNNING.value, pgettext_lazy("import state", "Running")),
    (ImportState.DONE.value, pgettext_lazy("import state", "Done")),
    (ImportState.FAILED.value, pgettext_lazy("import state", "Failed")),
]
DELIVERY_STATES = [
    (DeliveryState.WAITING.value, pgettext_lazy("delivery state", "Waiting")),
    (DeliveryState.DELIVERED.value, pgettext_lazy("delivery state", "Delivered")),
    (DeliveryState.GIVEN_UP.value, pgettext_lazy("delivery state", "Given up")),
]
