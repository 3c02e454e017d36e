"""Secrets of this machine: from the environment, else from 0600 files in the local folder, made once."""

import base64
import os
import secrets
from pathlib import Path

from include.settings import settings


def kept_secret(name: str, variable: str | None = None) -> str:
    """The secret: from that environment variable when it is set, else from its file, made on first use."""
    if variable and (given := os.environ.get(variable)):
        return given
    path = secret_file(name)
    if not path.exists():
        # 32 random bytes in url-safe base64: what a Fernet key must be, and good for every other secret.
        part = _part(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # another process was first: its secret is the one that counts
        finally:
            part.unlink()
    return path.read_text(encoding="utf-8")


def secret_file(name: str) -> Path:
    """Where a secret of that name is kept."""
    return settings().local_folder.resolve() / "secrets" / name


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner may read; a reader sees the whole of either."""
    _part(path, text).rename(path)


def _part(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return part
