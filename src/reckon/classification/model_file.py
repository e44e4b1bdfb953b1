"""A model's file: readable header, plain arrays, checksum. Nothing in it can run."""

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"reckon.classification model\n"
VERSION = 1
LENGTH = 8
DIGEST = hashlib.sha256().digest_size
LARGEST = 64 << 20
"""Bytes; no model that training makes comes near it, so a larger file is something else."""
TYPES = frozenset({"<u4", "|u1", "<f4", "<f2"})

Arrays = Mapping[str, NDArray[Any]]


class ModelUnreadable(Exception):
    """The file is no model, is damaged, or is of another version; the message says which."""


def write_model(path: Path, *, header: Mapping[str, Any], arrays: Arrays) -> None:
    """Write the whole file or nothing: an older model stays until the new one is complete."""
    listed = [{"name": name, "type": array.dtype.str, "shape": array.shape} for name, array in arrays.items()]
    text = json.dumps({"version": VERSION, **header, "arrays": listed}, ensure_ascii=False).encode()
    body = b"".join([
        MAGIC, len(text).to_bytes(LENGTH, "little"), text, *(array.tobytes() for array in arrays.values())
    ])  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body + hashlib.sha256(body).digest())
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_model(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the arrays. Raises ModelUnreadable."""
    content = _checked(path)
    start = len(MAGIC) + LENGTH
    size = int.from_bytes(content[len(MAGIC) : start], "little")
    try:
        header = json.loads(content[start : start + size])
        if header["version"] != VERSION:
            raise ModelUnreadable(f"{path}: model version {header['version']}, this program reads {VERSION}")
        return header, _arrays(content[start + size : -DIGEST], header["arrays"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelUnreadable(f"{path}: the model's header is wrong: {error}") from error


def _checked(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise ModelUnreadable(f"{path}: not a classification model (too large)")
        content = path.read_bytes()
    except OSError as error:
        raise ModelUnreadable(f"{path}: cannot be read: {error.strerror}") from error
    if not content.startswith(MAGIC):
        raise ModelUnreadable(f"{path}: not a classification model; train one with `bandeng classify train`")
    if hashlib.sha256(content[:-DIGEST]).digest() != content[-DIGEST:]:
        raise ModelUnreadable(f"{path}: the model is damaged or incomplete; train it again or restore a copy")
    return content


def _arrays(content: bytes, listed: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    arrays, start = {}, 0
    for entry in listed:
        if entry["type"] not in TYPES:
            raise ValueError(f"array type {entry['type']}")
        kind, shape = np.dtype(entry["type"]), tuple(int(length) for length in entry["shape"])
        count = math.prod(shape)
        arrays[entry["name"]] = np.frombuffer(content, kind, count, start).reshape(shape)
        start += count * kind.itemsize
    if start != len(content):
        raise ValueError("arrays do not fill the file")
    return arrays
