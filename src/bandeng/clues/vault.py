"""Sealing: everything that a clue says, and who said it, lies in the database as envelopes only.

An envelope has a data key of its own, wrapped by the newest of BANDENG_CLUE_KEYS, and names that key by its
fingerprint; AES-256-GCM binds it to its purpose and its clue, so that it opens nowhere else. The keys are other
ones than those of contacts: whoever runs the matters' side opens nothing here.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "c1"
NONCE = 12
KEY = 32
FINGERPRINT = 12


class KeyUnknown(Exception):
    """The envelope was sealed with a key that BANDENG_CLUE_KEYS no longer holds; add it at the end."""


class EnvelopeBroken(Exception):
    """The envelope was changed, or belongs to another clue or purpose."""


@dataclass(frozen=True)
class Key:
    """One master key, as the keys that are made from it; `id` tells it from others and tells nothing else."""

    id: str
    wrapping: bytes
    digests: bytes


@cache
def _key(master: str) -> Key:
    material = base64.urlsafe_b64decode(master.encode())
    made = [
        HKDF(algorithm=SHA256(), length=KEY, salt=None, info=f"bandeng clues {purpose}".encode()).derive(
            material
        )
        for purpose in ("key id", "wrapping", "digests")
    ]
    return Key(made[0].hex()[:FINGERPRINT], made[1], made[2])


def keys() -> tuple[Key, ...]:
    """The keys, the newest first."""
    return tuple(_key(master) for master in settings.CLUE_KEYS)


def seal_bytes(content: bytes, *, purpose: str, subject: str) -> str:
    """An envelope of some bytes for one purpose and one clue."""
    data_key = AESGCM.generate_key(bit_length=KEY * 8)
    newest = keys()[0]
    wrapped = _locked(newest.wrapping, data_key, newest.id.encode())
    body = _locked(data_key, content, f"{purpose}|{subject}".encode())
    return ".".join((VERSION, newest.id, _text(wrapped), _text(body)))


def open_bytes(envelope: str, *, purpose: str, subject: str) -> bytes:
    """What an envelope holds. Raises KeyUnknown, EnvelopeBroken."""
    _, wrapped, body = _parts(envelope)
    data_key = _unwrapped(envelope, wrapped)
    return _unlocked(data_key, _bytes(body), f"{purpose}|{subject}".encode())


def seal(value: Mapping[str, Any], *, purpose: str, subject: str) -> str:
    """An envelope of JSON values."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return seal_bytes(content, purpose=purpose, subject=subject)


def opened(envelope: str, *, purpose: str, subject: str) -> dict[str, Any]:
    """The JSON values in an envelope; none for an empty one, as after wiping. Raises KeyUnknown, EnvelopeBroken."""
    if not envelope:
        return {}
    value = json.loads(open_bytes(envelope, purpose=purpose, subject=subject))
    return dict(value)


def rewrapped(envelope: str) -> str | None:
    """The same envelope with its data key wrapped by the newest key; None if it is already. Raises KeyUnknown."""
    key_id, wrapped, body = _parts(envelope)
    newest = keys()[0]
    if key_id == newest.id:
        return None
    again = _locked(newest.wrapping, _unwrapped(envelope, wrapped), newest.id.encode())
    return ".".join((VERSION, newest.id, _text(again), body))


def digest(purpose: str, value: str) -> str:
    """Digest of a value that nobody computes without the newest key."""
    return _digest(keys()[0], purpose, value)


def digests(purpose: str, value: str) -> list[str]:
    """The same under every key, to find what was written before a rotation."""
    return [_digest(key, purpose, value) for key in keys()]


def _digest(key: Key, purpose: str, value: str) -> str:
    return hmac.new(key.digests, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def _parts(envelope: str) -> tuple[str, str, str]:
    parts = envelope.split(".")
    if len(parts) != 4 or parts[0] != VERSION:
        raise EnvelopeBroken
    return parts[1], parts[2], parts[3]


def _unwrapped(envelope: str, wrapped: str) -> bytes:
    key_id, _, _ = _parts(envelope)
    found = next((key for key in keys() if key.id == key_id), None)
    if found is None:
        raise KeyUnknown(key_id)
    return _unlocked(found.wrapping, _bytes(wrapped), key_id.encode())


def _locked(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def _unlocked(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(content[:NONCE], content[NONCE:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise EnvelopeBroken from error


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode())
    except ValueError as error:
        raise EnvelopeBroken from error


# scrypt with the parameters that OWASP gives for interactive sign-in with 16 MiB: a stolen table of digests is
# of no use even where the code were short, and it is not.
SCRYPT_N, SCRYPT_R, SCRYPT_P, SALT = 2**14, 8, 1, 16
NOBODY = "00" * SALT + "$" + "00" * KEY
"""Stands for the digest of a mailbox that does not exist, so that asking for one takes as long."""


def secret_hash(secret: str) -> str:
    """What is kept of a mailbox code: salt and scrypt digest."""
    salt = secrets.token_bytes(SALT)
    return f"{salt.hex()}${_scrypt(secret, salt).hex()}"


def secret_fits(secret: str, kept: str) -> bool:
    """Whether a mailbox code is the one kept; as slow for a wrong one, and for none, as for the right one."""
    salt, _, wanted = (kept or NOBODY).partition("$")
    made = _scrypt(secret, bytes.fromhex(salt))
    return hmac.compare_digest(made, bytes.fromhex(wanted)) and bool(kept)


def _scrypt(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=KEY)
