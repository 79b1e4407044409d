"""A real RabbitMQ for tests, with its own Erlang port mapper, on free loopback ports."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services.starting import free_port, installed, wait_for_port


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    """URL of a RabbitMQ that lives as long as the session."""
    program, port_mapper = _server(), installed("epmd", "erlang-base")
    folder = Path(tempfile.mkdtemp(prefix="vitrine-rabbitmq-"))
    port, mapper_port, log = free_port(), free_port(), folder / "rabbitmq.log"
    environment = _environment(folder, port, mapper_port)
    with log.open("wb") as output, ExitStack() as stack:
        # Left to itself the server starts a port mapper that stays for ever.
        mapper = subprocess.Popen([port_mapper, "-port", str(mapper_port), "-address", "127.0.0.1"], env=environment)
        stack.callback(_end, mapper)
        process = subprocess.Popen(
            [program], env=environment, stdout=output, stderr=output, start_new_session=True, cwd=folder
        )
        stack.callback(_end, process)
        wait_for_port(port, process, log, patience_s=120)
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    shutil.rmtree(folder, ignore_errors=True)


def _server() -> str:
    """The server without Debian's wrapper, which insists on the system's own user and folders."""
    wrapper = installed("rabbitmq-server", "rabbitmq-server")
    plain = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return str(plain) if plain.is_file() else wrapper


def _environment(folder: Path, port: int, mapper_port: int) -> dict[str, str]:
    (folder / "enabled_plugins").write_text("[].\n")
    (folder / "rabbitmq.conf").write_text(f"listeners.tcp.local = 127.0.0.1:{port}\n")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"vitrine{port}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_LOGS": "-",
        "ERL_EPMD_PORT": str(mapper_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """The start script execs nothing: the server is its child, and hears a signal to the whole group."""
    if os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGTERM)
    else:
        process.terminate()
    process.wait(30)
