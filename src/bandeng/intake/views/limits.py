"""The answer to somebody who asks too often."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bandeng.core.allowance import Answer


def too_often(request: HttpRequest, answer: Answer) -> HttpResponse:
    """A page that says when to come back."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(answer.retry_after)
    return response
