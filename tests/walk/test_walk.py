"""A walk finds every planted bug, and none where nothing was planted."""

from collections.abc import Iterator

import pytest

from local.database import Database
from tests.chaos.ground import Violation
from tests.chaos.search import in_parallel
from tests.walk import bugs
from tests.walk.bugs import Bug
from tests.walk.invariants import (
    Invariant,
    a_price_that_was_told_holds,
    a_session_has_at_most_one_order,
    every_variable_has_its_value,
    no_bubble_is_repeated_in_a_session,
    nothing_is_awaited_when_it_is_over,
    only_what_was_summed_up_is_confirmed,
)
from tests.walk.search import Tally, walk_all
from tests.walk.stage import Stage

#: Each bug with a seed whose walk shows it, and what that walk breaks.
FOUND: list[tuple[Bug, int, Invariant]] = [
    (bugs.a_timer_waits_after_the_order, 5, nothing_is_awaited_when_it_is_over),
    (bugs.another_pack_is_confirmed_unread, 5, only_what_was_summed_up_is_confirmed),
    (bugs.nobody_asks_for_the_address, 7, every_variable_has_its_value),
    (bugs.quotes_do_not_hold, 5, a_price_that_was_told_holds),
    (bugs.texts_ignore_what_was_said, 2, no_bubble_is_repeated_in_a_session),
    (bugs.total_is_multiplied_by_the_units, 5, a_session_has_at_most_one_order),
]
#: Conversations where nothing is planted, and the share of them that must come to an order: walks
#: that never get there prove little.
WALKS, BUYERS = 200, 0.3
#: A planted bug is found in fewer.
RUNS = 500


@pytest.fixture(scope="module")
def stage(server: Database, owner_url: str) -> Iterator[Stage]:
    opened = Stage(server.functions_url, server.url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("bug", "seed", "broken"), FOUND, ids=[bug.__name__ for bug, _, _ in FOUND]
)
def test_a_planted_bug_is_found(stage: Stage, bug: Bug, seed: int, broken: Invariant) -> None:
    with bug():
        walks = (stage.improvise(drawn) for drawn in (seed, *range(RUNS)))
        shown = next((walked for walked in walks if _breaks(walked.violations, broken)), None)

    assert shown is not None
    assert stage.play(shown.walk) == []


def test_what_was_improvised_can_be_played_again(stage: Stage) -> None:
    walked = stage.improvise(7)

    again = stage.again(walked.walk)

    heard = [message.text for message in walked.end.delivered]
    assert heard
    assert [message.text for message in again.end.delivered] == heard


def test_nothing_is_broken_where_nothing_was_planted(server: Database, owner_url: str) -> None:
    walked = in_parallel(walk_all, server, WALKS, 1)

    total = sum((tally for tally, _ in walked), Tally())
    assert "\n".join(str(broken) for _, broken in walked if broken) == ""
    assert total.ends["bought"] >= BUYERS * WALKS, str(total)


def _breaks(violations: list[Violation], broken: Invariant) -> bool:
    return broken.__name__ in {found.invariant for found in violations}
