"""The least that a request with a write can cost here: an empty Django view and one INSERT, nothing around it."""

import os
import sys

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from granian.constants import Interfaces
from granian.server import Server

KEY = {"postgresql": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "sqlite": "integer PRIMARY KEY"}


def table_make() -> None:
    """The table that the view writes to."""
    with connection.cursor() as cursor:
        key = KEY[connection.vendor]
        cursor.execute(f"CREATE TABLE IF NOT EXISTS benchmark_floor (id {key}, body text NOT NULL)")


@csrf_exempt
def write(request: HttpRequest) -> JsonResponse:
    """Write the body down."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_floor (body) VALUES (%s)", [request.body.decode()])
    return JsonResponse({"written": True}, status=201)


def well(request: HttpRequest) -> JsonResponse:
    """Answer that the server is up."""
    return JsonResponse({"status": "ok"})


urlpatterns = [path("healthz", well), path("api/v1/matters", write)]


def application() -> ASGIHandler:
    """An application in which only this view stands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandeng.config.settings")
    django.setup()
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    return ASGIHandler()


if __name__ == "__main__":
    host, _, port = sys.argv[1].partition(":")
    Server(
        "bandeng.config.benchmarks.floor:application",
        address=host,
        port=int(port),
        interface=Interfaces.ASGINL,
        factory=True,
    ).serve()
