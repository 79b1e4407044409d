"""Where the engine's process can be found: `engine.json` in the data folder, and the socket it names."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
import tempfile
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from core.errors import StoreUnavailable
from vectorstore.embedded.folder import disk_errors, write_atomically
from vectorstore.embedded.wire import PROTOCOL

# The kernel's limit is 104 bytes on macOS and 108 on Linux, its closing zero included.
_SOCKET_PATH_BYTES_MAX = 100


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """What `engine.json` says.

    Attributes
    ----------
    protocol: what it speaks.
    address: path of its socket.
    key: whoever knows it may call.
    started_at: seconds since 1970.
    """

    pid: int
    protocol: int
    address: str
    key: str
    started_at: float


@dataclass(frozen=True, slots=True)
class EngineFiles:
    """The files by which clients and engine of one data folder find each other."""

    data_dir: Path

    @property
    def address(self) -> Path:
        """Where the engine is."""
        return self.data_dir / "engine.json"

    @property
    def shards(self) -> Path:
        """One folder for each shard."""
        return self.data_dir / "vectors"

    @property
    def log(self) -> Path:
        """What the engine has to say."""
        return self.data_dir / "engine.log"

    @property
    def start_lock(self) -> Path:
        """Held by the one client that looks for the engine and starts it."""
        return self.data_dir / "engine-start.lock"

    @property
    def owner_lock(self) -> Path:
        """Held by the engine as long as it lives."""
        return self.data_dir / "engine.lock"

    def read(self) -> EngineAddress | None:
        """The engine that was here last, alive or not; None if there was none or its file is damaged."""
        try:
            value = json.loads(self.address.read_text(encoding="utf-8"))
            return EngineAddress(**{field.name: value[field.name] for field in fields(EngineAddress)})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, address: EngineAddress) -> None:
        """Announce an engine that listens."""
        with disk_errors("announce the engine"):
            write_atomically(self.address, json.dumps(asdict(address)))

    def socket_path(self) -> Path:
        """A socket in the data folder, or in a private folder of the temporary one where that path is too long.

        Raises
        ------
        StoreUnavailable: the private folder belongs to somebody else, or is open to others.
        """
        path = self.data_dir / "engine.sock"
        if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES_MAX:
            return path
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"vitrine-{os.getuid()}-{digest}"
        with disk_errors("make the socket's folder"):
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
            raise StoreUnavailable(f"{folder} is not a private folder of this user. Remove it and start again")
        return folder / "engine.sock"


def new_address(socket_path: Path) -> EngineAddress:
    """What this process announces about itself, with a fresh key."""
    return EngineAddress(os.getpid(), PROTOCOL, str(socket_path), secrets.token_hex(32), time.time())
