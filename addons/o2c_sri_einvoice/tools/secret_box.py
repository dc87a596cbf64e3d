"""Encryption at rest with a key that is not in the database.

Who copies the database (a dump, a replica, a neutralised test copy) does not get the
signing certificates with it.
"""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from odoo.tools import config

KEY_VARIABLE = "O2C_KEY_FILE"
KEY_OPTION = "o2c_key_file"


class SecretLost(Exception):
    """What was stored was encrypted with another key than the present one."""


def key_path() -> Path:
    """Return where the key lives: environment, configuration, else the data folder."""
    chosen = os.environ.get(KEY_VARIABLE) or config.get(KEY_OPTION)
    return Path(chosen or os.path.join(config["data_dir"], "o2c.key"))


def encrypt(data: bytes) -> bytes:
    return _fernet().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """Return the clear bytes.

    :raise SecretLost: the key file is another one than when it was encrypted.
    """
    try:
        return _fernet().decrypt(token)
    except InvalidToken as error:
        raise SecretLost(str(key_path())) from error


def _fernet() -> Fernet:
    path = key_path()
    try:
        return Fernet(path.read_bytes().strip())
    except FileNotFoundError:
        return Fernet(_create(path))


def _create(path: Path) -> bytes:
    """Write a new key, or return the one that another worker has just written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(Fernet.generate_key())
    with suppress(FileExistsError):
        # A link fails when the name exists: two workers never keep different keys.
        os.link(draft, path)
    draft.unlink()
    return path.read_bytes().strip()
