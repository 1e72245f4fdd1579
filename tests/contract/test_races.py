"""A customer writes at every point before, during and after an expiry: never a nudge after that,
and always one answer."""

from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.errors import ConversationBusy
from morfx.domain.shop import ShopFile
from morfx.domain.timer import Timer
from morfx.domain.turn import Wake
from tests.contract.interleaving import Interleaving, Path, SteppedDatabase, every_path
from tests.road import Road

AllRows = psycopg.Connection[DictRow]
NUDGE = "Sigo pendiente de tus datos"


@pytest.fixture
def quick_shop(onboard_shop: Callable[..., ShopFile]) -> ShopFile:
    return onboard_shop(response_speed="0", timer_preset="rapido")


@pytest.fixture
def side(
    database_url: str, quick_shop: ShopFile, all_rows: AllRows
) -> Iterator[Callable[[], Road]]:
    """Opens a road of its own connection, whose statements go one by one; all roads share the
    clock, the queue, the state machines and WhatsApp of the first."""
    opened: list[Road] = []

    def open_side() -> Road:
        road = Road(database_url, quick_shop, database=SteppedDatabase(database_url))
        if opened:
            first = opened[0]
            road.clock, road.queue = first.clock, first.queue
            road.executions, road.messenger = first.executions, first.messenger
        opened.append(road)
        return road

    yield open_side
    for road in opened:
        road.database.close()


class Story:
    """A customer was asked for data, and the time is over."""

    def __init__(self, side: Callable[[], Road], customer: str) -> None:
        self.customer = customer
        self.clock, self.customers = side(), side()
        self.said_before = len(self.clock.messenger.sent)

    def begin(self) -> Timer:
        road = self.clock
        road.executions.timers.clear()
        road.write("quiero comprar", customer=self.customer)
        road.run_turns()
        road.send_all()
        [timer] = road.executions.timers
        road.clock.sleep(60)
        self.said_before = len(road.messenger.sent)
        return timer

    def end(self, *busy: Wake) -> list[str]:
        """Everything that waits is done; what the customer was told since the time was over."""
        road = self.clock
        for woken in busy:
            road.turn(woken)
        while road.queue.waiting:
            road.run_turns()
        road.send_all()
        return road.messenger.sent[self.said_before :]

    def write(self) -> object:
        return self.customers.write("¿qué precio tiene?", customer=self.customer)


def row(all_rows: AllRows, timer: Timer) -> DictRow:
    found = all_rows.execute("SELECT * FROM timers WHERE id = %s", [timer.id]).fetchone()
    assert found
    return found


def customers() -> Iterator[tuple[Path, str]]:
    for number, path in enumerate(every_path()):
        yield path, f"5730{number:08}"


def answers(said: list[str]) -> int:
    return sum("$77.900" in text for text in said)


def test_a_message_while_the_expirys_turn_runs_is_answered_and_nothing_else_is_said(
    side: Callable[[], Road], all_rows: AllRows
) -> None:
    story, paths = Story(side, ""), 0
    for path, story.customer in customers():
        timer = story.begin()
        story.clock.expire(timer)
        [expiry] = story.clock.wakes()
        Interleaving(all_rows, path).run(
            expiry=partial(story.clock.turn, expiry), message=story.write
        )
        said = story.end()
        paths += 1

        assert (answers(said), len(said)) == (1, 1), path
        assert row(all_rows, timer)["status"] in {"fired", "cancelled"}, path
    assert paths > 50


def test_a_message_while_the_nudge_leaves_is_answered_and_no_nudge_leaves_after_it(
    side: Callable[[], Road], all_rows: AllRows
) -> None:
    story, paths, nudged = Story(side, ""), 0, 0
    for path, story.customer in customers():
        story.clock.expire(story.begin())
        story.clock.run_turns()
        [sequence] = story.clock.executions.sequences
        Interleaving(all_rows, path).run(
            send=partial(story.clock.send, sequence), message=story.write
        )
        said = story.end()
        paths += 1
        nudged += sum(NUDGE in text for text in said)

        assert (answers(said), said[-1].count("$77.900")) == (1, 1), path
        assert len(said) <= 2, path
    assert 0 < nudged < paths


def test_two_turns_of_one_conversation_never_both_speak(
    side: Callable[[], Road], all_rows: AllRows
) -> None:
    story, paths = Story(side, ""), 0
    for path, story.customer in customers():
        timer = story.begin()
        story.clock.expire(timer)
        story.write()
        expiry, message = story.clock.wakes()
        outcomes = Interleaving(all_rows, path).run(
            expiry=partial(story.clock.turn, expiry),
            message=partial(story.customers.turn, message),
        )
        busy = [
            woken
            for woken, outcome in ((expiry, outcomes["expiry"]), (message, outcomes["message"]))
            if isinstance(outcome, ConversationBusy)
        ]
        said = story.end(*busy)
        paths += 1

        assert (answers(said), len(said)) == (1, 1), path
        found = row(all_rows, timer)
        waits_on = found["due_at"] > story.clock.clock.now()
        assert found["status"] == ("armed" if waits_on else "cancelled"), path
    assert paths > 2


def test_an_execution_that_runs_out_while_a_turn_relevels_waits_on_or_acts_in_vain(
    side: Callable[[], Road], all_rows: AllRows
) -> None:
    story, paths = Story(side, ""), 0
    for path, story.customer in customers():
        timer = story.begin()
        story.customers.write("Ana Gómez", customer=story.customer)
        [message] = story.clock.wakes()
        Interleaving(all_rows, path).run(
            door=partial(story.clock.expire, timer),
            turn=partial(story.customers.turn, message),
        )
        said = story.end()
        paths += 1

        found = row(all_rows, timer)
        assert said == [], path
        assert (found["status"], found["level"]) == ("armed", 1), path
        assert found["due_at"] > story.clock.clock.now(), path
    assert paths > 5
