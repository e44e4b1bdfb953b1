"""The tree of areas: district, streets, communities, grids."""

from django.db import models

from bandeng.areas.labels import LEVELS


class Area(models.Model):
    """A district, street, community or grid. A child's code begins with its parent's."""

    code = models.CharField(max_length=15, unique=True)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    outline = models.JSONField(null=True)  # GeoJSON Polygon or MultiPolygon, WGS84
    households = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["level", "code"], name="area_level_code")]

    def __str__(self) -> str:
        return self.name
