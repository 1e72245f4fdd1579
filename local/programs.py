"""The long-running programs of the house: started apart from the terminal, watched, stopped."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.ports import answers
from local.settings import ROOT


class ProgramDiedError(Exception):
    """A program the house needs has ended by itself; the message says where to look."""


@dataclass(frozen=True)
class Program:
    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(
        cls, name: str, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str]
    ) -> "Program":
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the house, which stops things in order
            )
        return cls(name, log, process)

    @property
    def pid(self) -> int:
        return self.process.pid

    def check(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise ProgramDiedError(f"{self.name} ended (status {code}); see {self.log}")

    def wait_for_port(self, port: int, seconds: float = 30.0) -> None:
        wait_until(lambda: answers(port), self.check, seconds, f"{self.name} on port {port}")

    def stop(self, seconds: float = 5.0) -> None:
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def wait_until(
    ready: Callable[[], bool], check: Callable[[], None], seconds: float, what: str
) -> None:
    """Poll until `ready`; `check` raises when waiting on is pointless."""
    patience_ends = time.monotonic() + seconds
    while not ready():
        check()
        if time.monotonic() > patience_ends:
            raise TimeoutError(f"{what} did not answer within {seconds:.0f} s")
        time.sleep(0.05)


def plain_environment() -> dict[str, str]:
    """The little every program needs of the shell it is started from, and nothing personal."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
    return {name: os.environ[name] for name in kept if name in os.environ}
