"""Residents' contacts, sealed. Nothing here may ever be scored."""

from django.db import models


class Contact(models.Model):
    """Name and phone of somebody who reported, encrypted; opening it is logged with the reason."""

    sealed = models.TextField()  # Fernet token of {"name", "phone", "email"}
    phone_digest = models.CharField(max_length=64, default="")  # keyed, to find a person's own matters
    masked_name = models.CharField(max_length=20, default="")
    masked_phone = models.CharField(max_length=20, default="")
    created_at = models.DateTimeField()
    keep_until = models.DateField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_digest"], name="contact_phone_digest"),
            models.Index(
                fields=["keep_until"], name="contact_keep_until", condition=models.Q(erased_at__isnull=True)
            ),
        ]
