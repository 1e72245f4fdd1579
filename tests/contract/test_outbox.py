"""The outbox on real Postgres: pace under concurrency, waiting and waking, pauses."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.outbox import PostgresOutbox
from morfx.conversation.sending import send_next
from morfx.domain.delivery import PromisedTurn
from morfx.domain.errors import ConversationBusy, NumberPaused, Throttled
from morfx.domain.identifier import TurnId
from morfx.domain.quiet_hours import BOGOTA, is_quiet
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.whatsapp import StandInWhatsApp
from tests.road import HeldQueue, Road

AllRows = psycopg.Connection[DictRow]

SUNDAY = datetime(2026, 11, 22, 17, tzinfo=UTC)
MONDAY_OPENING = datetime(2026, 11, 23, 7, tzinfo=BOGOTA)
MINUTE = timedelta(minutes=1)


def customers(road: Road, number: int) -> list[PromisedTurn]:
    """As many customers wait for an answer."""
    for place in range(number):
        road.write("Hola", customer=f"5730055500{place:02}")
    road.run_turns()
    return road.executions.sequences


def at_once(url: str, turns: list[PromisedTurn], now: datetime) -> Counter[str]:
    """Each turn's next bubble is sent by a sender of its own, all at the same time."""

    def send(turn: PromisedTurn) -> str:
        database = Database(url)
        try:
            outbox, clock = PostgresOutbox(database), VirtualClock(now)
            parts: dict[str, Any] = {"messenger": StandInWhatsApp(clock), "turns": HeldQueue()}
            return send_next(turn, outbox=outbox, clock=clock, **parts).outcome
        except ConversationBusy:
            return "busy"
        finally:
            database.close()

    with ThreadPoolExecutor(len(turns)) as pool:
        return Counter(pool.map(send, turns))


def started(road: Road) -> list[PromisedTurn]:
    """The sequences of the road's own shop: housekeeping visits all there are."""
    own = road.shop.workspace_id
    return [turn for turn in road.executions.sequences if turn.workspace_id == own]


def set_channel(road: Road, all_rows: AllRows, **columns: object) -> None:
    for name, value in columns.items():
        query = f"UPDATE channels SET {name} = %s WHERE workspace_id = %s"  # noqa: S608
        all_rows.execute(query, [value, road.shop.workspace_id])


def row(road: Road, all_rows: AllRows, table: str = "channels") -> DictRow:
    query = f"SELECT * FROM {table} WHERE workspace_id = %s"  # noqa: S608
    found = all_rows.execute(query, [road.shop.workspace_id])
    [only] = found.fetchall()
    return only


# -- pace -----------------------------------------------------------------------------------------


def test_a_number_never_sends_more_in_an_instant_than_its_bucket_holds(
    road: Road, database_url: str, all_rows: AllRows
) -> None:
    set_channel(road, all_rows, messages_per_second=5)
    turns = customers(road, 12)
    now = road.clock.now()
    assert at_once(database_url, turns, now) == {"sent": 5, "waiting": 7}
    left = [turn for turn in turns if waits(road, all_rows, turn.turn_id)]
    assert at_once(database_url, left, now + timedelta(seconds=0.4)) == {"sent": 2, "waiting": 5}
    assert row(road, all_rows)["taken_that_day"] == 7


def waits(road: Road, all_rows: AllRows, turn_id: TurnId) -> bool:
    query = "SELECT FROM messages WHERE turn_id = %s AND status = 'queued'"
    return all_rows.execute(query, [turn_id]).fetchone() is not None


def test_a_number_never_sends_more_in_a_day_than_its_cap_however_many_senders(
    road: Road, database_url: str, all_rows: AllRows
) -> None:
    set_channel(road, all_rows, daily_cap=3)
    turns = customers(road, 8)
    assert at_once(database_url, turns, road.clock.now())["sent"] == 3
    assert row(road, all_rows)["taken_that_day"] == 3


def test_many_senders_of_one_turn_send_each_bubble_once(road: Road, database_url: str) -> None:
    [turn] = customers(road, 1)
    outcomes = at_once(database_url, [turn] * 8, road.clock.now())
    assert outcomes["sent"] == 1
    assert set(outcomes) <= {"sent", "done", "busy"}


def test_a_bubble_without_a_token_waits_its_own_few_seconds(road: Road, all_rows: AllRows) -> None:
    set_channel(road, all_rows, tokens=0, tokens_at=road.clock.now() + MINUTE)
    [turn] = customers(road, 1)
    sent = road.send(turn)
    assert (sent.outcome, sent.reason, sent.remaining) == ("waiting", "throttled", 1)
    assert 1 <= sent.wait_seconds <= 5


# -- waiting and waking ---------------------------------------------------------------------------


def put_off(road: Road, all_rows: AllRows) -> PromisedTurn:
    """On a Sunday a reminder falls due and waits for Monday."""
    all_rows.execute(
        "UPDATE workspace_agent_config SET quiet_hours_enabled = true WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    road.clock.time = SUNDAY
    road.converse("quiero comprar")
    [timer] = road.executions.timers
    road.clock.time = timer.due_at
    road.expire(timer)
    road.run_turns()
    [turn] = road.executions.sequences
    assert road.send(turn).outcome == "deferred"
    road.executions.sequences.clear()
    return turn


def test_what_was_put_off_is_not_neglected_until_its_time_and_then_started_once(
    road: Road, all_rows: AllRows
) -> None:
    turn = put_off(road, all_rows)
    not_before = waiting_until(road, all_rows)
    for now in (SUNDAY + 120 * MINUTE, not_before - timedelta(seconds=1)):
        road.clock.time = now
        road.keep_house()
        assert started(road) == []
    road.clock.time = not_before
    road.keep_house()
    assert started(road) == [turn]
    assert road.send(turn).outcome == "sent"
    assert not is_quiet(road.clock.now())


def waiting_until(road: Road, all_rows: AllRows) -> datetime:
    query = "SELECT not_before FROM messages WHERE workspace_id = %s AND status = 'queued'"
    [found] = all_rows.execute(query, [road.shop.workspace_id]).fetchall()
    not_before: datetime = found["not_before"]
    assert MONDAY_OPENING <= not_before < MONDAY_OPENING + 10 * MINUTE
    return not_before


def test_a_sequence_that_asks_too_early_changes_nothing(road: Road, all_rows: AllRows) -> None:
    turn = put_off(road, all_rows)
    before = waiting_until(road, all_rows)
    road.clock.time = MONDAY_OPENING - MINUTE
    assert road.send(turn).reason == "quiet_hours"
    road.clock.time = before - timedelta(seconds=1)
    assert road.send(turn).outcome == "waiting"
    assert waiting_until(road, all_rows) == before


def test_who_was_handed_over_in_the_night_is_not_reminded_in_the_morning(
    road: Road, all_rows: AllRows
) -> None:
    turn = put_off(road, all_rows)
    query = "UPDATE conversations SET bot_state = 'off' WHERE workspace_id = %s"
    all_rows.execute(query, [road.shop.workspace_id])
    road.clock.time = waiting_until(road, all_rows)
    assert road.send(turn).reason == "handed_off"


def test_a_short_wait_within_a_sequence_is_not_neglected_and_a_lost_one_is(
    road: Road,
) -> None:
    [turn] = customers(road, 1)
    road.messenger.failures = [Throttled(retry_after_seconds=50, recipient_only=True)]
    assert road.send(turn).wait_seconds == 50
    road.executions.sequences.clear()
    road.clock.sleep(100)
    road.keep_house()
    assert started(road) == []
    road.clock.sleep(11)
    road.keep_house()
    assert started(road) == [turn]


# -- pauses ---------------------------------------------------------------------------------------


def test_a_paused_number_holds_every_bubble_until_it_may_send_again(
    road: Road, all_rows: AllRows
) -> None:
    first, second = list(customers(road, 2))
    road.messenger.failures = [NumberPaused(retry_after_seconds=3600, provider_title="Locked")]
    assert [road.send(turn).reason for turn in (first, second)] == ["number_paused"] * 2
    assert row(road, all_rows)["paused_because"] == "Locked"
    assert road.messenger.sent == []
    road.executions.sequences.clear()
    road.clock.sleep(3600 + 60)
    road.keep_house()
    assert set(started(road)) == {first, second}
    assert [road.send(turn).outcome for turn in (first, second)] == ["sent", "sent"]


def test_a_failure_reported_later_pauses_the_number_too(road: Road, all_rows: AllRows) -> None:
    road.converse("Hola")
    fail(road, all_rows, 131031)
    channel = row(road, all_rows)
    assert channel["paused_because"] == "Account has been locked"
    road.write("Hola")
    road.run_turns()
    assert road.send(road.executions.sequences[-1]).reason == "number_paused"


def test_a_failure_reported_later_closes_the_window_until_the_customer_writes(
    road: Road, all_rows: AllRows
) -> None:
    road.converse("quiero comprar")
    road.clock.sleep(1)
    fail(road, all_rows, 131047)
    [timer] = road.executions.timers
    road.clock.time = timer.due_at
    road.expire(timer)
    road.run_turns()
    assert road.send_all()[-1].outcome == "sent"
    assert road.messenger.sent[-1] == "recordatorio_pedido"
    road.converse("Hola")
    assert road.messenger.sent[-1] != "recordatorio_pedido"


@pytest.mark.parametrize("code", [131026, 131049])
def test_a_message_that_will_never_be_taken_concerns_nobody_else(
    road: Road, all_rows: AllRows, code: int
) -> None:
    road.converse("Hola")
    fail(road, all_rows, code)
    assert row(road, all_rows)["paused_until"] is None
    assert row(road, all_rows, "conversations")["window_closed_at"] is None


def fail(road: Road, all_rows: AllRows, code: int) -> None:
    """Meta tells that the newest bubble failed."""
    query = (
        "SELECT id FROM messages WHERE workspace_id = %s AND direction = 'outbound'"
        " ORDER BY created_at DESC, position DESC LIMIT 1"
    )
    [bubble] = all_rows.execute(query, [road.shop.workspace_id]).fetchall()
    status = {
        "id": "wamid.unknown",
        "status": "failed",
        "timestamp": str(int(road.clock.now().timestamp())),
        "biz_opaque_callback_data": str(bubble["id"]),
        "errors": [{"code": code, "title": "told later"}],
    }
    road.take_in(status, kind="status")
