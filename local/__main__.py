"""python -m local: the house, until Ctrl-C. See local/settings.py for what it honours."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from local.aws import InvocationError
from local.deployment import DeploymentError
from local.folders import Folders
from local.house import House
from local.postgres import PostgresError
from local.programs import ProgramDiedError
from local.settings import SettingError, Settings

_SAYABLE = (DeploymentError, InvocationError, PostgresError, ProgramDiedError, TimeoutError)


def main() -> int:
    try:
        settings = Settings.from_environment(os.environ)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    folders = Folders(settings.folder)
    folders.root.mkdir(parents=True, exist_ok=True)
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _stop)
    with _alone(folders.lock) as first:
        if not first:
            print(f"A house is running on {folders.root} already.", file=sys.stderr)
            return 1
        return _live(House(settings, folders))


def _live(house: House) -> int:
    try:
        print(house.open().text(time.monotonic() - house.opened_at), flush=True)
        while True:
            time.sleep(0.3)
            house.check()
    except KeyboardInterrupt:
        return 0
    except _SAYABLE as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        _let_nothing_interrupt()
        house.say("closing")
        house.close()


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _let_nothing_interrupt() -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)


@contextmanager
def _alone(lock: Path, patience: float = 8.0) -> Iterator[bool]:
    """Whether this is the only house on its folder, waiting a little for one that is closing."""
    patience_ends = time.monotonic() + patience
    with lock.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > patience_ends:
                    yield False
                    return
                time.sleep(0.1)
            else:
                yield True
                return


if __name__ == "__main__":
    sys.exit(main())
