"""Checkpoints are signed, checked by us and by anybody with openssl, and refused when touched."""

import json
import subprocess
from pathlib import Path

import pytest

from bandeng.core.checkpoints import CheckpointWrong, checkpoint_read, checkpoint_write, public_key_text
from bandeng.core.tests.factories import entries_recorded
from bandeng.core.verification import heads

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    entries_recorded(5)
    path = tmp_path / "checkpoint.json"
    checkpoint_write(path)
    return path


def openssl_verifies(path: Path, folder: Path) -> bool:
    key = folder / "key.pem"
    key.write_text(public_key_text(), encoding="ascii")
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-rawin"]
    command += ["-in", str(path), "-sigfile", f"{path}.sig"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_checkpoint_reads_back_as_written(signed: Path) -> None:
    found = checkpoint_read(signed)
    assert found.lanes == heads() and found.entries == 5


def test_openssl_verifies_the_signature(signed: Path, tmp_path: Path) -> None:
    assert openssl_verifies(signed, tmp_path)


def test_openssl_refuses_a_changed_file(signed: Path, tmp_path: Path) -> None:
    signed.write_text(signed.read_text().replace('"entries": 5', '"entries": 6'))
    assert not openssl_verifies(signed, tmp_path)


def test_changed_checkpoint_is_refused(signed: Path) -> None:
    document = json.loads(signed.read_text())
    document["lanes"][0]["length"] = 1
    signed.write_text(json.dumps(document))
    with pytest.raises(CheckpointWrong, match="signature"):
        checkpoint_read(signed)


def test_checkpoint_without_signature_is_refused(signed: Path) -> None:
    signed.with_name(signed.name + ".sig").unlink()
    with pytest.raises(CheckpointWrong):
        checkpoint_read(signed)


def test_checkpoint_is_checked_with_a_given_key(signed: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(public_key_text(), encoding="ascii")
    assert checkpoint_read(signed, public_key=key).entries == 5


def test_checkpoint_of_another_key_is_refused(signed: Path, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    other = tmp_path / "other.pem"
    public = Ed25519PrivateKey.generate().public_key()
    other.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(CheckpointWrong, match="signature"):
        checkpoint_read(signed, public_key=other)
