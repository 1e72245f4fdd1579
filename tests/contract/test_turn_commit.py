"""One commit per turn: all of it lands, or none of it does."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import psycopg
import pytest
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.turns import PostgresTurns
from morfx.agents.somnio import SOMNIO
from morfx.domain.comprehension import Comprehension, Context
from morfx.domain.conversation import Reading
from morfx.domain.errors import ConversationBusy, VersionConflictError
from morfx.domain.identifier import TurnId, new_id
from morfx.domain.turn import TurnCommit, Wake
from morfx.engine.decision import answer
from morfx.engine.mind import Mind
from tests.road import Road

AllRows = psycopg.Connection[DictRow]


def plan(road: Road, wake: Wake) -> TurnCommit:
    """What a turn would commit, having claimed the conversation."""
    now = road.clock.now()
    reading = road.turns.claim(wake, turn_id=TurnId(new_id()), now=now)
    assert isinstance(reading, Reading)
    return answer(reading, agent=SOMNIO, mind=road.mind, known={}, now=now)


def written(all_rows: AllRows, road: Road) -> dict[str, object]:
    """How much each table of a turn holds of this shop."""
    row = all_rows.execute(
        "SELECT (SELECT count(*) FROM agent_turns WHERE workspace_id = %(id)s) AS turns,"
        " (SELECT count(*) FROM messages WHERE workspace_id = %(id)s) AS messages,"
        " (SELECT count(*) FROM timers WHERE workspace_id = %(id)s) AS timers,"
        " (SELECT count(*) FROM domain_events WHERE workspace_id = %(id)s) AS events,"
        " (SELECT sum(version) FROM agent_sessions WHERE workspace_id = %(id)s) AS versions,"
        " (SELECT sum(read_seq) FROM conversations WHERE workspace_id = %(id)s) AS read",
        {"id": road.shop.workspace_id},
    ).fetchone()
    assert row is not None
    return row


def test_a_session_written_by_somebody_else_refuses_the_whole_turn(
    road: Road, all_rows: AllRows
) -> None:
    road.converse("hola")
    road.write("quiero comprar")
    [wake] = road.wakes()
    turn = plan(road, wake)
    all_rows.execute(
        "UPDATE agent_sessions SET version = version + 1 WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    before = written(all_rows, road)

    with pytest.raises(VersionConflictError):
        road.turns.commit(turn)

    assert written(all_rows, road) == before


def test_of_two_writers_of_a_session_one_wins_and_the_other_is_told(
    road: Road, all_rows: AllRows, database_url: str
) -> None:
    road.converse("hola")
    road.write("precio")
    [wake] = road.wakes()
    turn = plan(road, wake)
    databases = [Database(database_url) for _ in range(2)]
    stores = [PostgresTurns(database) for database in databases]
    start = Barrier(2)

    def commit(store: PostgresTurns) -> object:
        start.wait()
        return store.commit(turn)

    with ThreadPoolExecutor(2) as writers:
        outcomes = list(writers.map(commit, stores))
    for database in databases:
        database.close()

    assert sorted(outcomes, key=str) == [(), None]
    assert written(all_rows, road) | {"events": 0} == {
        "turns": 4, "messages": 4, "timers": 0, "events": 0, "versions": 2, "read": 2,
    }  # fmt: skip


def test_a_message_that_arrives_before_the_commit_leaves_nothing_written(
    road: Road, all_rows: AllRows
) -> None:
    road.write("hola")
    [wake] = road.wakes()
    turn = plan(road, wake)
    road.write("qué precio tiene?")
    before = written(all_rows, road)

    assert road.turns.commit(turn) is None
    assert written(all_rows, road) == before


@dataclass
class Interrupted:
    """A comprehender whose customer goes on writing while it thinks."""

    road: Road
    more: list[str]
    heard: list[list[str]] = field(default_factory=list)

    def comprehend(self, texts: Sequence[str], context: Context) -> Comprehension:
        self.heard.append(list(texts))
        if self.more:
            self.road.write(self.more.pop(0))
        return OfflineComprehender().comprehend(texts, context)


def test_an_interrupted_turn_gives_way_to_one_that_has_read_everything(road: Road) -> None:
    thinking = Interrupted(road, ["a Cali", "qué precio tiene?"])
    road.mind = Mind(offline=thinking)
    road.write("hola")
    ends = [end.outcome for _ in range(3) for end in road.run_turns()]
    road.send_all()

    assert ends == ["superseded", "superseded", "answered"]
    assert thinking.heard[-1] == ["hola", "a Cali", "qué precio tiene?"]
    [reply] = road.messenger.sent
    assert reply.startswith("¡Hola!")
    assert "$77.900" in reply


def test_five_messages_are_one_turn_and_one_answer(road: Road) -> None:
    for text in ("hola", "oye", "una pregunta", "qué precio", "tiene?"):
        road.write(text)
    ends = [end.outcome for end in road.run_turns()]
    road.send_all()

    assert ends == [*["superseded"] * 4, "answered"]
    assert len(road.messenger.sent) == 1


def test_a_customer_who_never_stops_typing_is_answered_all_the_same(road: Road) -> None:
    road.write("hola")
    [first] = road.wakes()
    road.clock.sleep(16)
    road.write("sigo escribiendo")

    assert road.turn(first).outcome == "answered"


def test_two_turns_never_hold_one_conversation(road: Road) -> None:
    road.write("hola")
    [wake] = road.wakes()
    plan(road, wake)

    with pytest.raises(ConversationBusy):
        road.turn(wake)
    road.clock.sleep(41)
    assert road.turn(wake).outcome == "answered"


def test_a_session_without_activity_for_a_day_ends_and_its_data_goes_on(
    road: Road, all_rows: AllRows
) -> None:
    road.converse("quiero comprar")
    all_rows.execute(
        "UPDATE session_state SET datos_capturados = %s WHERE workspace_id = %s",
        [Jsonb({"ciudad": "Cali"}), road.shop.workspace_id],
    )
    road.clock.sleep(24 * 3600)
    road.converse("hola")

    sessions = all_rows.execute(
        "SELECT status, end_reason, current_mode, datos_capturados FROM agent_sessions"
        " JOIN session_state ON session_id = id WHERE agent_sessions.workspace_id = %s ORDER BY id",
        [road.shop.workspace_id],
    ).fetchall()
    data = {"ciudad": "Cali"}
    assert [tuple(session.values()) for session in sessions] == [
        ("closed", "idle", "collecting_data", data),
        ("active", None, "conversacion", data),
    ]


def test_turns_are_numbered_without_gaps(road: Road, all_rows: AllRows) -> None:
    road.converse("hola", "precio", "quiero comprar")

    turns = all_rows.execute(
        "SELECT turn_number, role FROM agent_turns WHERE workspace_id = %s ORDER BY turn_number",
        [road.shop.workspace_id],
    ).fetchall()
    assert [turn["turn_number"] for turn in turns] == [1, 2, 3, 4, 5, 6]
    assert [turn["role"] for turn in turns] == ["user", "assistant"] * 3
