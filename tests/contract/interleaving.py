"""Every order in which the statements of concurrent transactions can meet, on real connections.

A stateless model check: each run takes one path through the choices "whose statement is next", and
the next run takes the next path, until none is left. A statement that must wait for a lock is no
choice until the lock is free.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Condition, Thread, local
from typing import Any

import psycopg

from morfx.adapters.postgres.connection import WORKSPACE, Database
from morfx.adapters.postgres.errors import spoken_errors
from morfx.adapters.postgres.turns import TURNS
from morfx.domain.identifier import WorkspaceId

#: Touches nothing that two transactions share.
PRIVATE = {WORKSPACE["enter"]}
#: What only looks; its transaction's end is no event for anybody.
LOOKS = {TURNS["standing"]}


@dataclass
class Path:
    """One path through the choices: the given ones first, then always the first option."""

    given: list[int]
    taken: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, options: int) -> int:
        place = len(self.taken)
        choice = self.given[place] if place < len(self.given) else 0
        self.taken.append((choice, options))
        return choice

    def following(self) -> "Path | None":
        """The next path, in depth-first order."""
        for place in reversed(range(len(self.taken))):
            choice, options = self.taken[place]
            if choice + 1 < options:
                return Path([choice for choice, _ in self.taken[:place]] + [choice + 1])
        return None


def every_path() -> Iterator[Path]:
    path: Path | None = Path([])
    while path is not None:
        yield path
        path = path.following()


class Interleaving:
    """Runs actors side by side, one statement at a time, along a path."""

    def __init__(self, watcher: psycopg.Connection[Any], path: Path) -> None:
        self._watcher = watcher
        self._path = path
        self._actors: dict[str, _Actor] = {}
        self.changed = Condition()

    def run(self, **work: Callable[[], object]) -> dict[str, object]:
        """What each actor's work returned or raised."""
        for name, do in work.items():
            self._actors[name] = _Actor(self, name, do)
        for actor in self._actors.values():
            actor.thread.start()
        while not all(actor.done for actor in self._actors.values()):
            self._settle()
            ready = [actor for actor in self._actors.values() if actor.waits]
            if ready:
                ready[self._path.choose(len(ready))].go()
        for actor in self._actors.values():
            actor.thread.join()
        return {name: actor.outcome for name, actor in self._actors.items()}

    def _settle(self) -> None:
        """Until every actor waits for its turn, waits for a lock, or is done."""
        while moving := [actor for actor in self._actors.values() if not actor.rests]:
            with self.changed:
                if self.changed.wait_for(lambda: all(a.rests for a in moving), timeout=0.003):
                    return
            if all(self._is_blocked(actor) for actor in moving if not actor.rests):
                return

    def _is_blocked(self, actor: "_Actor") -> bool:
        row = self._watcher.execute("SELECT pg_blocking_pids(%s) <> '{}'", [actor.pid]).fetchone()
        return bool(row and next(iter(row.values())))


class _Actor:
    def __init__(self, play: Interleaving, name: str, do: Callable[[], object]) -> None:
        self.pid: int | None = None
        self.waits = self.done = False
        self.outcome: object = None
        self._play = play
        self._do = do
        self.thread = Thread(target=self._work, name=name, daemon=True)

    @property
    def rests(self) -> bool:
        return self.waits or self.done

    def step(self) -> None:
        """Wait until the next statement may run."""
        with self._play.changed:
            self.waits = True
            self._play.changed.notify_all()
            self._play.changed.wait_for(lambda: not self.waits)

    def go(self) -> None:
        with self._play.changed:
            self.waits = False
            self._play.changed.notify_all()

    def _work(self) -> None:
        _ME.actor = self
        try:
            self.outcome = self._do()
        except Exception as error:  # noqa: BLE001 - whatever it was is what the test looks at
            self.outcome = error
        with self._play.changed:
            self.done = True
            self._play.changed.notify_all()


_ME = local()


class SteppedDatabase(Database):
    """Runs the statements of a batch or transaction one by one, each when its actor may."""

    @contextmanager
    def transaction(self, workspace_id: WorkspaceId | None = None) -> Iterator[Any]:
        with spoken_errors():
            stepped = _Stepped(self._open())
            stepped.run("BEGIN")
            try:
                if workspace_id is not None:
                    stepped.execute(WORKSPACE["enter"], {"workspace_id": str(workspace_id)})
                yield stepped
            except BaseException:
                stepped.run("ROLLBACK")
                raise
            if stepped.wrote:
                _wait()
            stepped.run("COMMIT")

    @contextmanager
    def batch(self, workspace_id: WorkspaceId) -> Iterator[Any]:
        with self.transaction(workspace_id) as stepped:
            yield stepped


class _Stepped:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self.wrote = False
        actor = getattr(_ME, "actor", None)
        if actor:
            actor.pid = connection.info.backend_pid

    def execute(self, query: Any, parameters: Any = None) -> psycopg.Cursor[Any]:
        if query not in PRIVATE:
            _wait()
            self.wrote = self.wrote or query not in LOOKS
        return self._connection.execute(query, parameters)

    def run(self, command: Any) -> None:
        self._connection.execute(command)

    def pipeline(self) -> AbstractContextManager[None]:
        return nullcontext()


def _wait() -> None:
    actor = getattr(_ME, "actor", None)
    if actor:
        actor.step()
