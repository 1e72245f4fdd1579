"""What a person does with a conversation: one versioned write that stops what no longer holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.adapters.postgres.sessions import PostgresSessions
from morfx.conversation import sessions as operations
from morfx.domain.conversation import Reading
from morfx.domain.errors import SessionError, SessionNotFoundError, VersionConflictError
from morfx.domain.identifier import AgentId, ConversationId, SessionId, TurnId, new_id
from morfx.domain.intervention import Seen
from morfx.domain.session import Session
from morfx.engine.decision import answer
from tests.contract.test_bands import call, mind, read, rows
from tests.road import Road

AllRows = psycopg.Connection[DictRow]
Act = Callable[..., None]


@pytest.fixture
def sessions(road: Road) -> PostgresSessions:
    return PostgresSessions(road.database)


@pytest.fixture
def act(road: Road, sessions: PostgresSessions) -> Callable[[Act], Act]:
    """The operation with its parts."""
    return lambda operation: partial(
        operation, sessions=sessions, executions=road.executions, clock=road.clock
    )


def look(road: Road, all_rows: AllRows) -> Seen:
    """The shop's only conversation as a person sees it now."""
    [conversation] = rows(all_rows, road, "conversations")
    live = [row for row in rows(all_rows, road, "agent_sessions") if row["end_reason"] is None]
    return Seen(
        workspace_id=road.shop.workspace_id,
        conversation_id=ConversationId(conversation["id"]),
        agent_id=AgentId("somnio-sales"),
        session_id=SessionId(live[0]["id"]) if live else None,
        version=live[0]["version"] if live else None,
    )


def events(all_rows: AllRows, road: Road) -> list[tuple[str, object]]:
    return [(row["type"], row["payload"]) for row in all_rows.execute(
        "SELECT type, payload FROM domain_events WHERE workspace_id = %s"
        " AND type = ANY ('{session.close,handoff,bot.muted,bot.returned}') ORDER BY type",
        [road.shop.workspace_id],
    )]  # fmt: skip


def timers(all_rows: AllRows, road: Road) -> list[tuple[str, str | None]]:
    return [(row["status"], row["end_reason"]) for row in rows(all_rows, road, "timers")]


def bubbles(all_rows: AllRows, road: Road) -> set[tuple[str, str | None]]:
    sent = [row for row in rows(all_rows, road, "messages") if row["direction"] == "outbound"]
    return {(row["status"], row["status_reason"]) for row in sent}


def test_a_session_is_found_by_its_id_and_by_its_conversation(
    road: Road, all_rows: AllRows, sessions: PostgresSessions
) -> None:
    road.converse("hola", "quiero comprar")
    seen = look(road, all_rows)
    assert seen.session_id
    found = sessions.get(seen.session_id, workspace_id=seen.workspace_id)

    assert (found.version, found.mode, found.turns) == (2, "collecting_data", 4)
    active = sessions.active(
        seen.conversation_id, agent_id=seen.agent_id, workspace_id=seen.workspace_id
    )
    assert active == found
    with pytest.raises(SessionNotFoundError):
        sessions.get(SessionId(new_id()), workspace_id=seen.workspace_id)


def test_a_session_knows_all_tokens_it_took(
    road: Road, all_rows: AllRows, sessions: PostgresSessions
) -> None:
    mind(road, read("precio", 95, calls=(call(990),)))
    road.converse("precio", "precio")
    seen = look(road, all_rows)
    assert seen.session_id

    assert sessions.get(seen.session_id, workspace_id=seen.workspace_id).tokens_used == 2000


def test_another_shops_session_is_not_found(
    road: Road,
    all_rows: AllRows,
    sessions: PostgresSessions,
    onboard_shop: Callable[..., object],
) -> None:
    road.converse("hola")
    seen = look(road, all_rows)
    other = onboard_shop().workspace_id  # type: ignore[attr-defined]
    assert seen.session_id

    with pytest.raises(SessionNotFoundError):
        sessions.get(seen.session_id, workspace_id=other)


def test_a_closed_session_stops_its_timer_and_the_next_message_begins_another(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.converse("quiero comprar")
    [timer] = road.executions.timers
    road.wait_under("token", timer)
    act(operations.close)(look(road, all_rows))
    road.converse("hola")

    assert [(s["status"], s["end_reason"]) for s in rows(all_rows, road, "agent_sessions")] == [
        ("closed", "manual"),
        ("active", None),
    ]
    assert timers(all_rows, road) == [("cancelled", "session_manual")]
    assert road.executions.resolved == [("token", "session_manual")]
    assert events(all_rows, road) == [("session.close", {"reason": "manual"})]


def test_a_session_that_has_ended_is_not_closed_again(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.converse("hola")
    seen = look(road, all_rows)
    act(operations.close)(seen)

    with pytest.raises(SessionError):
        act(operations.close)(seen)
    with pytest.raises(SessionNotFoundError):
        act(operations.close)(replace(seen, session_id=None))


@pytest.mark.parametrize("operation", [operations.close, operations.hand_off])
def test_whoever_saw_an_older_version_is_told_and_changes_nothing(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act], operation: Act
) -> None:
    road.converse("hola")
    seen = look(road, all_rows)
    road.converse("quiero comprar")

    with pytest.raises(VersionConflictError):
        act(operation)(seen)
    assert look(road, all_rows).version == 2
    assert timers(all_rows, road) == [("armed", None)]
    assert events(all_rows, road) == []


def test_handing_off_silences_the_bot_stops_what_waits_and_writes_a_task(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.converse("hola")
    road.clock.sleep(60)
    road.write("quiero comprar")
    road.run_turns()
    act(operations.hand_off)(look(road, all_rows))
    road.send_all()

    assert road.converse("¿aló?") == []
    [session] = rows(all_rows, road, "agent_sessions")
    assert (session["status"], session["end_reason"]) == ("handed_off", "handoff")
    assert bubbles(all_rows, road) == {("sent", None), ("cancelled", "handed_off")}
    assert timers(all_rows, road) == [("cancelled", "session_handoff")]
    [task] = rows(all_rows, road, "tasks")
    assert (task["title"], task["reason"]) == ("Atender a Ana", "taken_over")
    assert task["detail"].startswith("Cliente: hola\nAgente: ¡Hola!")
    assert task["detail"].endswith("Cliente: quiero comprar")
    assert ("handoff", {"reason": "taken_over"}) in events(all_rows, road)


def test_a_conversation_without_a_live_session_can_be_handed_off_too(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.converse("hola")
    act(operations.close)(look(road, all_rows))
    act(operations.hand_off)(look(road, all_rows))

    assert road.converse("hola") == []
    with pytest.raises(SessionError):
        act(operations.hand_off)(look(road, all_rows))


def test_given_back_the_bot_answers_in_a_new_session(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.converse("hola")
    act(operations.hand_off)(look(road, all_rows))
    act(operations.return_to_bot)(look(road, all_rows))

    assert len(road.converse("qué precio tiene?")) == 1
    assert [s["status"] for s in rows(all_rows, road, "agent_sessions")] == ["handed_off", "active"]
    with pytest.raises(SessionError):
        act(operations.return_to_bot)(look(road, all_rows))


def test_a_muted_bot_is_silent_until_then_and_goes_on_with_the_same_session(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.write("quiero comprar")
    road.run_turns()
    until = road.clock.now() + timedelta(minutes=30)
    act(operations.mute)(look(road, all_rows), until=until)
    road.send_all()
    quiet = road.converse("hola?")
    road.clock.sleep(31 * 60)

    assert quiet == []
    assert len(road.converse("qué precio tiene?")) == 1
    assert [session["status"] for session in rows(all_rows, road, "agent_sessions")] == ["active"]
    assert ("cancelled", "muted") in bubbles(all_rows, road)
    assert ("cancelled", "muted") in timers(all_rows, road)
    assert ("bot.muted", {"until": until.isoformat()}) in events(all_rows, road)


def test_a_silence_that_is_over_and_one_beside_a_person_do_not_apply(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act]
) -> None:
    road.converse("hola")
    with pytest.raises(SessionError):
        act(operations.mute)(look(road, all_rows), until=road.clock.now())
    act(operations.hand_off)(look(road, all_rows))
    with pytest.raises(SessionError):
        act(operations.mute)(look(road, all_rows), until=road.clock.now() + timedelta(minutes=1))


@pytest.mark.parametrize("first", [True, False], ids=["first turn", "later turn"])
def test_a_turn_under_way_while_a_person_takes_over_says_nothing(
    road: Road, all_rows: AllRows, act: Callable[[Act], Act], first: bool
) -> None:
    if not first:
        road.converse("hola")
    road.write("qué precio tiene?")
    [wake] = road.wakes()
    now = road.clock.now()
    reading = road.turns.claim(wake, turn_id=TurnId(new_id()), now=now)
    assert isinstance(reading, Reading)
    [agent] = road.agents.list()
    planned = answer(reading, agent=agent, mind=road.mind, known={}, now=now)
    said = len(road.messenger.sent)
    act(operations.hand_off)(look(road, all_rows))

    assert road.turns.commit(planned) is None
    assert road.turn(wake).reason == "handed_off"
    assert len(road.messenger.sent) == said


def test_the_session_of_a_reading_is_the_one_a_person_gets(
    road: Road, all_rows: AllRows, sessions: PostgresSessions
) -> None:
    road.converse("quiero comprar")
    road.write("soy de Cali")
    [wake] = road.wakes()
    reading = road.turns.claim(wake, turn_id=TurnId(new_id()), now=road.clock.now())
    assert isinstance(reading, Reading)
    assert isinstance(reading.session, Session)

    found = sessions.get(reading.session.id, workspace_id=reading.workspace_id)
    assert found == reading.session
