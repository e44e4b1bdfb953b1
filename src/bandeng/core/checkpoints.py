"""Checkpoints: the heads of all lanes at one moment, signed, to be kept where nobody of this house can reach.

With one of them, cutting off the end of the log, or writing all of it anew, shows. The signature is Ed25519
over the bytes of the file, so that anybody can check it: docs/adr/0002-audit-lanes.md tells how.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

from bandeng.core import clock
from bandeng.core.verification import Head, heads

FORMAT = "bandeng audit checkpoint 1"
SIGNATURE_SUFFIX = ".sig"


class CheckpointWrong(Exception):
    """The file is no checkpoint, or its signature is not right."""


@dataclass(frozen=True)
class Checkpoint:
    """The lane table as it was signed."""

    made_at: datetime
    lanes: Mapping[int, Head]

    @property
    def entries(self) -> int:
        """How many entries it vouches for."""
        return sum(head.length for head in self.lanes.values())


def signing_key() -> Ed25519PrivateKey:
    """The key of this house."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.AUDIT_KEY))


def public_key_text() -> str:
    """The public key in PEM, for those who check our signatures."""
    key = signing_key().public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def checkpoint_write(path: Path) -> Checkpoint:
    """Sign the present heads into `path`, the signature beside it with .sig at the end of its name."""
    made = Checkpoint(made_at=clock.now(), lanes=heads())
    lanes = [{"number": n, "length": head.length, "head": head.digest} for n, head in made.lanes.items()]
    document = {
        "format": FORMAT,
        "made_at": made.made_at.isoformat(),
        "entries": made.entries,
        "lanes": lanes,
    }
    body = (json.dumps(document, indent=1) + "\n").encode()
    path.write_bytes(body)
    _signature_path(path).write_bytes(signing_key().sign(body))
    return made


def checkpoint_read(path: Path, *, public_key: Path | None = None) -> Checkpoint:
    """The checkpoint, its signature checked with our key or the given one. Raises CheckpointWrong."""
    try:
        body, signature = path.read_bytes(), _signature_path(path).read_bytes()
        _key(public_key).verify(signature, body)
        document = json.loads(body)
        if document["format"] != FORMAT:
            raise CheckpointWrong(f"{path}: not a checkpoint of this kind")
        lanes = {row["number"]: Head(row["length"], row["head"]) for row in document["lanes"]}
        return Checkpoint(datetime.fromisoformat(document["made_at"]), lanes)
    except InvalidSignature as error:
        raise CheckpointWrong(f"{path}: the signature does not belong to this file and key") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointWrong(f"{path}: {error}") from error


def _signature_path(path: Path) -> Path:
    return path.with_name(path.name + SIGNATURE_SUFFIX)


def _key(path: Path | None) -> Ed25519PublicKey:
    if path is None:
        return signing_key().public_key()
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise CheckpointWrong(f"{path}: not an Ed25519 public key")
    return key
