"""The log of requests: what kind of page, how it ended, how long it took; nothing about the person.

A path may hold a matter's number and a query its secret, so only the route's pattern is written.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger("bandeng.requests")


class RequestLog:
    """Middleware that writes one line a request, where BANDENG_REQUEST_LOG says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.REQUEST_LOG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and write its line."""
        started = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "-"
        elapsed = (time.perf_counter() - started) * 1000
        log.info("%s %s %s %.1f ms", request.method, route, response.status_code, elapsed)
        return response
