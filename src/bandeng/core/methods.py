"""The page for whoever opens an address that only takes what a form sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render


class MethodPage:
    """Middleware that gives a browser a page of the house instead of an empty 405; programs keep theirs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; where its method is refused without a word, say so in a page."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content or not _is_browser(request):
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page


def _is_browser(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("accept", "")
