"""The first story that goes wrong, at its shortest."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from local.database import Database
from tests.chaos.ground import Violation
from tests.chaos.stage import Stage
from tests.chaos.story import Story, draw

#: Where to play, and which seeds.
Share = tuple[str, str, range]
Found = TypeVar("Found")

WORKERS = 2


class Told(Protocol):
    @property
    def happenings(self) -> Sequence[object]: ...

    def without(self, index: int) -> Any:
        """The same story with one happening less."""


Tale = TypeVar("Tale", bound=Told)
Teller = TypeVar("Teller", bound=Told, contravariant=True)


class Player(Protocol[Teller]):
    def play(self, story: Teller, /) -> list[Violation]: ...


def in_parallel(
    worker: Callable[[Share], Found], database: Database, runs: int, seed: int
) -> list[Found]:
    """What each worker finds in its share of the seeds."""
    urls = (database.functions_url, database.url)
    shares = [(*urls, range(seed + first, seed + runs, WORKERS)) for first in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        return list(pool.map(worker, shares))


def first_broken(share: Share) -> tuple[Story, list[Violation]] | None:
    """One worker's part; the first story that breaks something, at its shortest."""
    functions_url, superuser_url, seeds = share
    logging.disable(logging.CRITICAL)
    stage = Stage(functions_url, superuser_url)
    try:
        for story in map(draw, seeds):
            violations = stage.play(story)
            if violations:
                return shrunk(story, stage, violations[0].invariant)
        return None
    finally:
        stage.close()


def shrunk(story: Tale, stage: Player[Tale], invariant: str) -> tuple[Tale, list[Violation]]:
    """Leave out one happening after another, as long as the invariant is broken all the same."""
    violations = stage.play(story)
    index = 0
    while index < len(story.happenings):
        shorter = story.without(index)
        broken = [found for found in stage.play(shorter) if found.invariant == invariant]
        if broken:
            story, violations, index = shorter, broken, 0
        else:
            index += 1
    return story, [found for found in violations if found.invariant == invariant]
