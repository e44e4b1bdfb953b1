"""Open311 GeoReport v2 as text: the same records in JSON and XML, and its errors."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

Record = Mapping[str, Any]
CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
INVALID_XML = {code: None for code in range(32) if code not in (9, 10, 13)}


def rendered(*, records: Sequence[Record], root: str, item: str, form: str) -> str:
    """Records as a JSON array, or as XML `<root><item>…</item></root>`."""
    if form == "json":
        return json.dumps(list(records), ensure_ascii=False, default=_plain)
    body = "".join(f"<{item}>{_children(record)}</{item}>" for record in records)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{body}</{root}>'


def rendered_one(*, record: Record, root: str, form: str) -> str:
    """One record as a JSON object, or as `<root>…</root>`."""
    if form == "json":
        return json.dumps(record, ensure_ascii=False, default=_plain)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{_children(record)}</{root}>'


def _children(record: Record) -> str:
    return "".join(_element(name, value) for name, value in record.items())


def _element(name: str, value: Any) -> str:
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, list):
        single = SINGULAR.get(name, "item")
        return f"<{name}>{''.join(_element(single, each) for each in value)}</{name}>"
    return f"<{name}>{escape(_plain(value).translate(INVALID_XML))}</{name}>"


SINGULAR = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
