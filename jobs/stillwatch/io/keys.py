"""Where does the secret for HMAC-SHA-256 come from, and is it fit to be used?"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from stillwatch.config import Key
from stillwatch.errors import UsageError

MIN_BYTES = 16


def key_file() -> Path:
    """STILLWATCH_KEY_FILE, or a file of the user's own, never inside the lake."""
    if named := os.environ.get("STILLWATCH_KEY_FILE"):
        return Path(named)
    home = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    return home / "stillwatch" / "key"


def create(path: Path) -> None:
    """Writes 32 random bytes as hexadecimal, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")


def load() -> Key:
    """The key; the user's own file is made at the first use, a named one must exist.

    Raises:
        UsageError: The named file is missing, too short, or readable by others.
    """
    path = key_file()
    if not path.exists():
        if "STILLWATCH_KEY_FILE" in os.environ:
            raise UsageError(f"no key at STILLWATCH_KEY_FILE={path}")
        create(path)
    if path.stat().st_mode & 0o077:
        raise UsageError(f"the key {path} can be read by others: chmod 600 it")
    secret = path.read_bytes().strip()
    if len(secret) < MIN_BYTES:
        raise UsageError(f"the key {path} is shorter than {MIN_BYTES} bytes")
    # The id is of a hash with its own prefix, so that it tells nothing of any HMAC's input.
    return Key(hashlib.sha256(b"stillwatch key id:" + secret).hexdigest()[:12], secret)
