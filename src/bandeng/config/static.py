"""Static files under names that carry a hash of their content, so that a browser asks for each of them once.

Files keep their plain names on disk and are served where they stand in the package: the hashed name is one that the
server answers to. What Vite has named by content itself (the parts that scripts import) is kept for good as well.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from posixpath import splitext
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import StaticFile  # type: ignore[import-untyped]

DIGITS = 12
HASHED = re.compile(rf"(?P<stem>.+)\.[0-9a-f]{{{DIGITS}}}(?P<suffix>\.[^./]+)")
NAMED_BY_VITE = re.compile(r"/dist/(chunks|assets)/[^/]+-[\w-]{8}\.[^./]+$")
YEAR = 31_536_000  # seconds, the longest that RFC 2616 allowed and what caches still take for "for good"


@cache
def hashed(*, name: str, path: str) -> str:
    """The name with a hash of the file's content before its suffix."""
    stem, suffix = splitext(name)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:DIGITS]
    return f"{stem}.{digest}{suffix}" if suffix else name


def unhashed(name: str) -> str:
    """The plain name behind a hashed one; any other stays as it is."""
    found = HASHED.fullmatch(name)
    return found["stem"] + found["suffix"] if found else name


class HashedNames(StaticFilesStorage):
    """Tells templates the hashed addresses; plain ones while somebody develops."""

    def url(self, name: str | None) -> str:
        """The address of a static file."""
        path = None if settings.DEBUG or not name else finders.find(name)
        return super().url(hashed(name=name, path=path) if name and path else name)


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise with hashed names, and answers that ASGI need not stream."""

    FOREVER = YEAR

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A static file, else what the pages answer.

        A hash of another version gets the present file for a short time: while servers are replaced one by one, a page
        of the one asks the other for its styles.
        """
        found = self.find_file(request.path_info) if self.autorefresh else self.files.get(request.path_info)
        if found is None and request.path_info.startswith(self.static_prefix) and not self.autorefresh:
            found = self.files.get(unhashed(request.path_info))
        if found is not None:
            return self.serve(found, request)
        answer: HttpResponse = self.get_response(request)
        return answer

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Serve a file under its plain and its hashed name."""
        super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
        if url in self.files:
            name = hashed(name=url, path=path)
            self.files[name] = self.get_static_file(path, name, stat_cache=stat_cache)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether the address names this very content."""
        plain = unhashed(url)
        return bool(NAMED_BY_VITE.search(url)) or (plain != url and url == hashed(name=plain, path=path))

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """Read the file, which is small: a stream would be consumed at once, with a warning for it."""
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file:
                body = found.file.read()
        answer = HttpResponse(body, status=int(found.status))
        del answer["content-type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
