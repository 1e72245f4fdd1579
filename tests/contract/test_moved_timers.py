"""A person moves the timer that waits, and whatever waited elsewhere is void."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.adapters.postgres.paces import PostgresPaces
from morfx.adapters.postgres.standing import PostgresStandings
from morfx.console_views.interventions import OnTimer
from morfx.crm.pace import set_pace
from morfx.domain.errors import (
    MalformedRequest,
    SessionError,
    SessionNotFoundError,
    VersionConflictError,
)
from morfx.domain.intervention import Seen
from morfx.domain.timer import Pace, Timer
from morfx.timers.moving import advance, restart
from morfx.timers.pausing import pause, resume
from tests.road import Road

AllRows = psycopg.Connection[DictRow]
CUSTOMER = "573001112233"
FAST = Pace(preset="rapido")


@pytest.fixture
def shopping(road: Road) -> Road:
    road.converse("quiero comprar")
    return road


def seen(road: Road) -> Seen:
    standing = PostgresStandings(road.database, route=road.inbox.route).read(
        road.shop.phone_number_id, CUSTOMER
    )
    assert standing
    return standing.seen


def advanced(road: Road, as_seen: Seen | None = None) -> Timer:
    return advance(
        as_seen or seen(road),
        sessions=road.rows.sessions,
        timers=road.timers,
        executions=road.executions,
        clock=road.clock,
    )


def restarted(road: Road, pace: Pace = FAST, as_seen: Seen | None = None) -> Timer | None:
    return restart(
        as_seen or seen(road),
        pace,
        sessions=road.rows.sessions,
        timers=road.timers,
        executions=road.executions,
        clock=road.clock,
    )


def _moved_by_hand(move: OnTimer, road: Road) -> list[Timer]:
    session_id = seen(road).session_id
    assert session_id
    return move(
        session_id,
        workspace_id=road.shop.workspace_id,
        timers=road.timers,
        executions=road.executions,
        clock=road.clock,
    )


stop, go_on = partial(_moved_by_hand, pause), partial(_moved_by_hand, resume)


def timers(all_rows: AllRows, road: Road) -> list[tuple[int, str, str | None]]:
    """Generation, status and end of each, the oldest first."""
    found = all_rows.execute(
        "SELECT generation, status, end_reason FROM timers WHERE workspace_id = %s"
        " ORDER BY generation",
        [road.shop.workspace_id],
    )
    return [(row["generation"], row["status"], row["end_reason"]) for row in found]


def events(all_rows: AllRows, road: Road) -> list[str]:
    found = all_rows.execute(
        "SELECT type FROM domain_events WHERE workspace_id = %s ORDER BY occurred_at, id",
        [road.shop.workspace_id],
    )
    return [row["type"] for row in found]


def run_out(road: Road, timer: Timer) -> list[str]:
    """What the customer is told when this timer's execution runs out."""
    before = len(road.messenger.sent)
    road.expire(timer)
    road.run_turns()
    road.send_all()
    return road.messenger.sent[before:]


# -- to now ---------------------------------------------------------------------------------------


def test_an_advanced_timer_is_due_now_and_expires_as_any_other(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.clock.sleep(5)
    moved = advanced(shopping)
    assert moved.due_at == shopping.clock.now()
    assert shopping.executions.timers[-1] == moved
    [said] = run_out(shopping, moved)
    assert said.startswith("Sigo pendiente de tus datos")
    assert timers(all_rows, shopping) == [(1, "cancelled", "advanced"), (2, "fired", "reminded")]
    assert "timer.advanced" in events(all_rows, shopping)


def test_the_execution_that_waited_is_told_and_one_that_could_not_be_is_void(
    shopping: Road, all_rows: AllRows
) -> None:
    [first] = shopping.executions.timers
    shopping.wait_under("a-token", first)
    advanced(shopping)
    assert shopping.executions.resolved == [("a-token", "advanced")]
    shopping.clock.time = first.due_at
    assert shopping.expire(first) == "advanced"
    assert timers(all_rows, shopping)[-1][1] == "armed"


def test_a_page_that_is_out_of_date_advances_nothing(shopping: Road, all_rows: AllRows) -> None:
    as_seen = seen(shopping)
    shopping.converse("Ana Gómez")
    with pytest.raises(VersionConflictError):
        advanced(shopping, as_seen)
    assert [status for _, status, _ in timers(all_rows, shopping)] == ["armed"]


def test_of_two_who_advance_the_same_timer_one_is_told_that_it_moved(
    shopping: Road, all_rows: AllRows
) -> None:
    as_seen = seen(shopping)
    advanced(shopping, as_seen)
    with pytest.raises(VersionConflictError):
        advanced(shopping, as_seen)
    assert len(timers(all_rows, shopping)) == 2


def test_a_turn_under_way_while_the_timer_is_advanced_reads_again(
    shopping: Road, all_rows: AllRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopping.write("Ana Gómez")
    [woken] = shopping.wakes()
    claim = shopping.turns.claim

    def claim_and_be_overtaken(*args: Any, **kwargs: Any) -> Any:
        reading = claim(*args, **kwargs)
        monkeypatch.undo()
        advanced(shopping)
        return reading

    monkeypatch.setattr(shopping.turns, "claim", claim_and_be_overtaken)
    assert shopping.turn(woken).retries == 1
    assert timers(all_rows, shopping) == [(1, "cancelled", "advanced"), (2, "armed", None)]


def test_what_does_not_run_cannot_be_advanced(shopping: Road) -> None:
    stop(shopping)
    with pytest.raises(SessionError, match="no timer waits"):
        advanced(shopping)
    go_on(shopping)
    shopping.converse("no gracias, ya no lo quiero")
    with pytest.raises(SessionNotFoundError):
        advanced(shopping)


# -- to another pace ------------------------------------------------------------------------------


def test_a_restarted_timer_waits_the_whole_time_of_the_new_pace(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.clock.sleep(400)
    moved = restarted(shopping)
    assert moved
    assert moved.due_at - shopping.clock.now() == timedelta(seconds=60)
    assert timers(all_rows, shopping) == [(1, "cancelled", "restarted"), (2, "armed", None)]
    assert shopping.executions.timers[-1] == moved
    assert "timer.restarted" in events(all_rows, shopping)


def test_a_level_with_seconds_of_its_own_keeps_them(shopping: Road) -> None:
    moved = restarted(shopping, Pace(preset="instantaneo", own={0: 45}))
    assert moved
    assert moved.due_at - shopping.clock.now() == timedelta(seconds=45)


def test_a_paused_timer_stays_paused_and_has_the_new_time_left(
    shopping: Road, all_rows: AllRows
) -> None:
    stop(shopping)
    started = len(shopping.executions.timers)
    restarted(shopping)
    assert [status for _, status, _ in timers(all_rows, shopping)] == ["cancelled", "paused"]
    assert len(shopping.executions.timers) == started
    shopping.clock.sleep(1000)
    [resumed] = go_on(shopping)
    assert resumed.due_at.timestamp() == shopping.clock.now().timestamp() + 60


def test_where_nothing_waits_nothing_restarts(road: Road) -> None:
    road.converse("Hola")
    assert restarted(road) is None


def test_a_restart_does_not_ask_what_the_page_knew(shopping: Road) -> None:
    as_seen = seen(shopping)
    shopping.converse("Ana Gómez")
    moved = restarted(shopping, as_seen=replace(as_seen, version=1))
    assert moved
    assert (moved.level, moved.due_at - shopping.clock.now()) == (1, timedelta(seconds=30))


# -- the pace -------------------------------------------------------------------------------------


def chosen(road: Road, preset: str) -> Pace:
    paces = PostgresPaces(road.database)
    return set_pace(preset, workspace_id=road.shop.workspace_id, paces=paces, clock=road.clock)


def test_the_last_pace_holds_for_every_wait_that_begins_and_its_change_is_an_event(
    road: Road, all_rows: AllRows
) -> None:
    assert chosen(road, "instantaneo").preset == "instantaneo"
    assert chosen(road, "rapido").seconds(0) == 60
    chosen(road, "rapido")
    road.converse("quiero comprar")
    [timer] = road.executions.timers
    assert timer.due_at - timer.armed_at == timedelta(seconds=60)
    changes = all_rows.execute(
        "SELECT payload FROM domain_events WHERE workspace_id = %s"
        " AND type = 'timer_preset.changed' ORDER BY occurred_at, id",
        [road.shop.workspace_id],
    )
    assert [row["payload"] for row in changes] == [
        {"before": "real", "after": "instantaneo"},
        {"before": "instantaneo", "after": "rapido"},
    ]


def test_another_shop_keeps_its_pace(road: Road, all_rows: AllRows) -> None:
    others = "SELECT count(*) FROM workspace_agent_config WHERE timer_preset = 'instantaneo'"
    [before] = all_rows.execute(others)
    chosen(road, "instantaneo")
    [after] = all_rows.execute(others)
    assert after["count"] == before["count"] + 1


@pytest.mark.parametrize("preset", ["", "REAL", "eterno", "real; --"])
def test_a_pace_there_is_not_is_refused_by_name(road: Road, preset: str) -> None:
    with pytest.raises(MalformedRequest, match="timer_preset"):
        chosen(road, preset)
