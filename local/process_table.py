"""Processes of this machine by what they were started with; the end of a killed house's own."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from local.folders import VENVS

_PROGRAMS = ("local.emulator", "local.graph_api", "awslambdaric")


def end_leftovers(state: Path) -> list[int]:
    """Kill what a house with this state left behind, wait until it is gone; its process ids.

    Only programs of our own environments that were told this folder are touched.
    """
    pids = [pid for pid in _all_pids() if _belongs(command_of(pid), state)]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _wait_until_gone(pids)
    return pids


def command_of(pid: int) -> list[str]:
    """The words a process was started with; none when there is no such process (any more)."""
    if Path("/proc").is_dir():
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            return words.rstrip("\0").split("\0") if words else []
        return []
    return _ps("-ww", "-o", "command=", "-p", str(pid)).split()


def _belongs(command: list[str], state: Path) -> bool:
    return (
        len(command) > 3
        and command[0].startswith(str(VENVS))
        and command[1:3] in [["-m", program] for program in _PROGRAMS]
        and any(f"{argument}{os.sep}".startswith(f"{state}{os.sep}") for argument in command[3:])
    )


def _all_pids() -> Iterator[int]:
    if Path("/proc").is_dir():
        yield from (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    else:
        yield from map(int, _ps("-ax", "-o", "pid=").split())


def _ps(*options: str) -> str:
    return subprocess.run(["ps", *options], capture_output=True, text=True, check=False).stdout


def _wait_until_gone(pids: list[int], seconds: float = 5.0) -> None:
    patience_ends = time.monotonic() + seconds
    while any(map(command_of, pids)) and time.monotonic() < patience_ends:
        time.sleep(0.02)
