"""Sessions end with a reason, and what the customer told us outlives them."""

import psycopg
from psycopg.rows import DictRow

from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.conversation.closing import close_stale_sessions
from morfx.domain.comprehension import Comprehension, IntentReading
from morfx.engine.mind import Mind
from tests.road import Road

AllRows = psycopg.Connection[DictRow]
DAY = 24 * 3600


def sessions(all_rows: AllRows, road: Road) -> list[tuple[object, ...]]:
    found = all_rows.execute(
        "SELECT status, end_reason, current_mode, datos_capturados FROM agent_sessions"
        " JOIN session_state ON session_id = id WHERE agent_sessions.workspace_id = %s"
        " ORDER BY agent_sessions.created_at",
        [road.shop.workspace_id],
    )
    return [tuple(session.values()) for session in found]


def buys_from_cali(road: Road) -> None:
    reading = IntentReading(intent="captura_datos_si_compra", confidence=95)
    buys = Comprehension(
        message_class="mixto",
        intents=(reading,),
        fields={"ciudad": "Cali"},
        confidence=95,
        source="scripted",
    )
    offline = road.mind.offline
    road.mind = Mind(offline=ScriptedComprehender(script={}, otherwise=buys))
    road.converse("lo quiero, soy de Cali")
    road.mind = Mind(offline=offline)


def test_a_day_without_activity_ends_a_session_and_its_timers(
    road: Road, all_rows: AllRows
) -> None:
    buys_from_cali(road)
    road.clock.sleep(DAY - 10)
    close_stale_sessions(upkeep=road.upkeep, clock=road.clock)
    assert [status for status, *_ in sessions(all_rows, road)] == ["active"]
    road.clock.sleep(10)
    close_stale_sessions(upkeep=road.upkeep, clock=road.clock)

    data = {"ciudad": "Cali"}
    assert sessions(all_rows, road) == [("closed", "idle", "collecting_data", data)]
    [timer] = all_rows.execute(
        "SELECT status, end_reason FROM timers WHERE workspace_id = %s", [road.shop.workspace_id]
    )
    assert tuple(timer.values()) == ("cancelled", "session_idle")


def test_whoever_returns_begins_anew_and_need_not_say_again_where_they_live(
    road: Road, all_rows: AllRows
) -> None:
    buys_from_cali(road)
    road.clock.sleep(3 * DAY)
    close_stale_sessions(upkeep=road.upkeep, clock=road.clock)
    road.converse("hola")

    data = {"ciudad": "Cali"}
    assert sessions(all_rows, road)[1] == ("active", None, "conversacion", data)


def test_who_does_not_want_it_is_let_go_with_a_kind_word(road: Road, all_rows: AllRows) -> None:
    reading = IntentReading(intent="no_interesa", confidence=95)
    declines = Comprehension(
        message_class="pregunta", intents=(reading,), confidence=95, source="scripted"
    )
    road.mind = Mind(offline=ScriptedComprehender(script={}, otherwise=declines))
    [said] = road.converse("no gracias")

    assert said.startswith("Entiendo")
    assert sessions(all_rows, road) == [("closed", "lost", "conversacion", {})]
