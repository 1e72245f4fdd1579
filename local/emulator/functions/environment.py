"""One execution environment: a process running the handler under AWS's own runtime client."""

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from local.emulator.functions.runtime_api import (
    Exited,
    Invocation,
    Progress,
    Raised,
    Returned,
    RuntimeApi,
    Taken,
)

# Seconds a cold start may take. AWS gives ten; here every function may start at once on two cores.
INIT_SECONDS = 60.0


@dataclass(frozen=True)
class Program:
    """What to run: the interpreter, the deployed code, and the environment it sees."""

    python: Path
    folder: Path
    variables: dict[str, str]
    log: Path


@dataclass(frozen=True)
class TimedOut:
    seconds: float


Outcome = Returned | Raised | Exited | TimedOut


class ExecutionEnvironment:
    """A warm process. It serves one invocation at a time and is thrown away once it fails."""

    def __init__(self, program: Program) -> None:
        self.idle_since = time.monotonic()
        self._usable = True
        self._log = program.log
        self._api = RuntimeApi()
        self._process = _start(program, self._api.address)
        threading.Thread(target=self._report_exit, daemon=True).start()

    @property
    def usable(self) -> bool:
        return self._usable and self._process.poll() is None

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run the handler once. After anything but an answer or its own error, stop using this."""
        self._api.offer(invocation)
        outcome = self._outcome(invocation.timeout_seconds)
        self.idle_since = time.monotonic()
        self._usable = _leaves_it_running(outcome)
        if not self._usable:
            self._note(invocation, outcome)
        return outcome

    def stop(self) -> None:
        self._usable = False
        self._process.kill()
        self._process.wait()
        self._api.close()

    def _outcome(self, timeout_seconds: float) -> Outcome:
        """The handler's time starts when it has been imported and takes the event."""
        progress = self._await(INIT_SECONDS)
        while isinstance(progress, Taken):
            progress = self._await(timeout_seconds)
        return progress

    def _await(self, seconds: float) -> Progress | TimedOut:
        try:
            return self._api.progress.get(timeout=seconds)
        except Empty:
            return TimedOut(seconds)

    def _report_exit(self) -> None:
        self._api.progress.put(Exited(self._process.wait()))

    def _note(self, invocation: Invocation, outcome: Outcome) -> None:
        """Write down what a dead process could not: the end of its last invocation."""
        with self._log.open("a") as log:
            log.write(f"RequestId: {invocation.request_id} ended with {outcome}\n")


def _start(program: Program, runtime_api: str) -> subprocess.Popen[bytes]:
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        return subprocess.Popen(
            # The client reads its first word only; the folder is how a killed house's are found.
            [program.python, "-m", "awslambdaric", program.variables["_HANDLER"], program.folder],
            cwd=program.folder,
            env=program.variables | {"AWS_LAMBDA_RUNTIME_API": runtime_api},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _leaves_it_running(outcome: Outcome) -> bool:
    return isinstance(outcome, Returned) or (
        isinstance(outcome, Raised) and not outcome.while_starting
    )
