"""Silence by level: what is waited for, for how long, and what follows (facts/agent.md §4)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.shop import ShopFile
from morfx.domain.timer import Timer
from morfx.timers.pausing import pause, resume
from tests.road import Road

AllRows = psycopg.Connection[DictRow]
ADDRESS = "Calle 5 # 3-20"
DATA = f"Ana Gómez, 3001112233, {ADDRESS}, Cali"


def rows(all_rows: AllRows, road: Road, table: str) -> list[DictRow]:
    query = f"SELECT * FROM {table} WHERE workspace_id = %s ORDER BY created_at, id"  # noqa: S608
    return all_rows.execute(query, [road.shop.workspace_id]).fetchall()


def waiting(all_rows: AllRows, road: Road) -> DictRow | None:
    """The timer that waits."""
    found = [row for row in rows(all_rows, road, "timers") if row["status"] == "armed"]
    assert len(found) <= 1
    return found[0] if found else None


def level(all_rows: AllRows, road: Road) -> tuple[int, int] | None:
    """Of the timer that waits: its level, and in how many seconds it is due."""
    timer = waiting(all_rows, road)
    if timer is None:
        return None
    return timer["level"], seconds(timer["due_at"] - road.clock.now())


def seconds(span: timedelta) -> int:
    return round(span.total_seconds())


def run_out(all_rows: AllRows, road: Road) -> list[str]:
    """Time passes until the waiting timer is due; what the customer is told then."""
    row = waiting(all_rows, road)
    assert row
    timer = Timer(**{name: row[name] for name in Timer.__dataclass_fields__})
    road.clock.time = max(road.clock.time, timer.due_at.astimezone(road.clock.time.tzinfo))
    before = len(road.messenger.sent)
    assert road.expire(timer) == "expired"
    road.run_turns()
    road.send_all()
    return road.messenger.sent[before:]


def ended(all_rows: AllRows, road: Road) -> list[tuple[int, str, str]]:
    return [
        (row["level"], row["status"], row["end_reason"])
        for row in rows(all_rows, road, "timers")
        if row["status"] != "armed"
    ]


@pytest.fixture
def open_road(
    database_url: str, onboard_shop: Callable[..., ShopFile]
) -> Iterator[Callable[..., Road]]:
    """Opens a road to a shop that answers without pauses, and what is different about it."""
    opened: list[Road] = []

    def open_road(**changes: object) -> Road:
        opened.append(Road(database_url, onboard_shop(response_speed="0", **changes)))
        return opened[-1]

    yield open_road
    for road in opened:
        road.database.close()


@pytest.fixture
def shopping(open_road: Callable[..., Road]) -> Road:
    road = open_road()
    road.converse("quiero comprar")
    return road


# -- the data -------------------------------------------------------------------------------------


def test_whoever_gave_nothing_is_waited_for_ten_minutes_and_reminded(
    shopping: Road, all_rows: AllRows
) -> None:
    assert level(all_rows, shopping) == (0, 600)
    [said] = run_out(all_rows, shopping)
    assert said.startswith("Sigo pendiente de tus datos")
    assert ended(all_rows, shopping) == [(0, "fired", "reminded")]
    assert waiting(all_rows, shopping) is None


def test_the_time_already_waited_counts_when_part_of_the_data_comes(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.clock.sleep(200)
    shopping.converse("Ana Gómez")
    assert level(all_rows, shopping) == (1, 160)


def test_a_level_whose_time_is_over_already_leaves_a_moment_after_the_last_word(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.clock.sleep(550)
    shopping.converse("Ana Gómez")
    assert level(all_rows, shopping) == (1, 120)


def test_more_data_on_the_same_level_does_not_start_the_wait_again(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.converse("Ana Gómez")
    shopping.clock.sleep(100)
    shopping.converse("vivo en Cali")
    assert level(all_rows, shopping) == (1, 260)
    assert len(rows(all_rows, shopping, "timers")) == 1


def test_what_is_missing_is_named_and_nothing_that_was_given(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.converse("Ana Gómez, no tengo correo")
    [said] = run_out(all_rows, shopping)
    assert "• Dirección completa" in said
    assert "• Ciudad o municipio" in said
    assert "• Barrio" in said
    assert "Nombre" not in said
    assert "Correo" not in said
    assert ended(all_rows, shopping) == [(1, "fired", "missing_data_requested")]


def test_the_number_the_customer_writes_from_need_not_be_asked_for(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.converse(f"Ana Gómez, {ADDRESS}, Cali")
    assert level(all_rows, shopping) == (2, 120)


def test_enough_data_leaves_two_minutes_for_the_rest_and_then_the_packs_are_offered(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.clock.sleep(590)
    shopping.converse(DATA)
    assert level(all_rows, shopping) == (2, 120)
    [said] = run_out(all_rows, shopping)
    assert "$109.900" in said
    assert ended(all_rows, shopping) == [(2, "fired", "promos_offered")]
    assert level(all_rows, shopping) == (3, 600)


def test_a_question_does_not_end_the_wait_for_data(shopping: Road, all_rows: AllRows) -> None:
    shopping.clock.sleep(100)
    [said] = shopping.converse("¿qué precio tiene?")
    assert "$77.900" in said
    assert level(all_rows, shopping) == (0, 500)


def test_an_acknowledgement_does_not_end_the_wait_for_data(
    shopping: Road, all_rows: AllRows
) -> None:
    shopping.clock.sleep(100)
    shopping.converse("ok gracias")
    assert level(all_rows, shopping) == (0, 500)


# -- packs and summary ----------------------------------------------------------------------------


@pytest.fixture
def offered(shopping: Road, all_rows: AllRows) -> Road:
    shopping.converse(DATA)
    run_out(all_rows, shopping)
    return shopping


def test_a_question_over_the_packs_does_not_end_the_wait_for_a_choice(
    offered: Road, all_rows: AllRows
) -> None:
    offered.clock.sleep(60)
    offered.converse("¿tiene registro invima?")
    assert level(all_rows, offered) == (3, 540)


def test_a_chosen_pack_waits_anew_for_its_confirmation_in_the_same_execution(
    offered: Road, all_rows: AllRows
) -> None:
    offered.clock.sleep(60)
    offered.converse("quiero el de 2")
    timer = waiting(all_rows, offered)
    assert timer
    assert (timer["purpose"], timer["level"], timer["generation"]) == ("promos", 4, 2)
    assert level(all_rows, offered) == (4, 600)


def order(all_rows: AllRows, road: Road) -> tuple[str, str, int]:
    """The only order: its status, its only line's pack, its total."""
    [placed], [line] = rows(all_rows, road, "orders"), lines(all_rows, road)
    assert line["price"] == placed["total"]
    return placed["status"], line["pack"], int(placed["total"])


def lines(all_rows: AllRows, road: Road) -> list[DictRow]:
    query = "SELECT * FROM order_products WHERE workspace_id = %s"
    return all_rows.execute(query, [road.shop.workspace_id]).fetchall()


def test_silence_over_the_packs_makes_a_provisional_order_of_one(
    offered: Road, all_rows: AllRows
) -> None:
    [said] = run_out(all_rows, offered)
    assert "$77.900" in said
    assert order(all_rows, offered) == ("provisional", "1x", 77_900)
    assert waiting(all_rows, offered) is None
    assert ended(all_rows, offered)[-1] == (3, "fired", "order_created")


def test_silence_over_the_summary_makes_a_provisional_order_of_the_chosen_pack(
    offered: Road, all_rows: AllRows
) -> None:
    offered.converse("quiero el de 2")
    run_out(all_rows, offered)
    assert order(all_rows, offered) == ("provisional", "2x", 109_900)


def test_a_late_answer_changes_the_provisional_order_and_adds_none(
    offered: Road, all_rows: AllRows
) -> None:
    run_out(all_rows, offered)
    offered.converse("mejor quiero el de 3", "sí, confirmo")
    assert order(all_rows, offered) == ("confirmed", "3x", 139_900)
    assert waiting(all_rows, offered) is None


def test_a_confirmed_purchase_is_one_order_at_the_quoted_price_and_is_not_followed_up(
    offered: Road, all_rows: AllRows
) -> None:
    [summary] = offered.converse("quiero el de 2")[:1]
    offered.converse("sí, confirmo", "listo")
    assert "$109.900" in summary
    assert order(all_rows, offered) == ("confirmed", "2x", 109_900)
    assert waiting(all_rows, offered) is None


@pytest.mark.parametrize(
    ("choice", "says"), [("remind", "¿Ya pensaste"), ("nothing", None)], ids=str
)
def test_what_silence_leads_to_is_the_shops_choice(
    open_road: Callable[..., Road], all_rows: AllRows, choice: str, says: str | None
) -> None:
    road = open_road(silence_choices={"3": choice, "4": choice})
    road.converse("quiero comprar", DATA)
    run_out(all_rows, road)
    said = run_out(all_rows, road)
    assert [text.startswith(str(says)) for text in said] == ([True] if says else [])
    assert rows(all_rows, road, "orders") == []


def test_a_shop_may_wait_longer_than_its_preset(
    open_road: Callable[..., Road], all_rows: AllRows
) -> None:
    road = open_road(timer_seconds={"0": 900})
    road.converse("quiero comprar")
    assert level(all_rows, road) == (0, 900)


# -- standing still -------------------------------------------------------------------------------


def paused(road: Road, timer: DictRow, what: Callable[..., list[Timer]]) -> list[Timer]:
    return what(
        timer["session_id"],
        workspace_id=road.shop.workspace_id,
        timers=road.timers,
        executions=road.executions,
        clock=road.clock,
    )


def test_a_paused_timer_goes_on_with_what_was_left_of_its_time(
    shopping: Road, all_rows: AllRows
) -> None:
    timer = waiting(all_rows, shopping)
    assert timer
    shopping.clock.sleep(100)
    paused(shopping, timer, pause)
    assert waiting(all_rows, shopping) is None
    shopping.clock.sleep(5000)
    [resumed] = paused(shopping, timer, resume)
    assert level(all_rows, shopping) == (0, 500)
    assert resumed.generation == 2
    assert shopping.executions.timers[-1] == resumed


def test_an_execution_that_runs_out_while_its_timer_is_paused_does_nothing(
    shopping: Road, all_rows: AllRows
) -> None:
    [armed] = shopping.executions.timers
    timer = waiting(all_rows, shopping)
    assert timer
    paused(shopping, timer, pause)
    shopping.clock.sleep(700)
    assert shopping.expire(armed) == "paused"
    assert shopping.wakes() == []


def test_an_execution_that_never_heard_of_the_pause_ends_after_it(
    shopping: Road, all_rows: AllRows
) -> None:
    [armed] = shopping.executions.timers
    timer = waiting(all_rows, shopping)
    assert timer
    paused(shopping, timer, pause)
    paused(shopping, timer, resume)
    shopping.clock.sleep(700)
    assert shopping.expire(armed) == "superseded"
    assert shopping.executions.resolved[-1] == ("token of the expiry", "superseded")
    assert level(all_rows, shopping)


def test_data_that_comes_while_a_timer_is_paused_changes_what_it_will_ask_for(
    shopping: Road, all_rows: AllRows
) -> None:
    timer = waiting(all_rows, shopping)
    assert timer
    paused(shopping, timer, pause)
    shopping.converse("Ana Gómez")
    assert waiting(all_rows, shopping) is None
    paused(shopping, timer, resume)
    assert level(all_rows, shopping) == (1, 600)


# -- nobody to follow up --------------------------------------------------------------------------


def test_a_handoff_ends_the_wait(offered: Road, all_rows: AllRows) -> None:
    offered.converse("quiero hablar con un asesor")
    assert waiting(all_rows, offered) is None
    assert ended(all_rows, offered)[-1] == (3, "cancelled", "session_handoff")


def test_a_timer_of_a_muted_conversation_ends_in_silence(shopping: Road, all_rows: AllRows) -> None:
    until: datetime = shopping.clock.now() + timedelta(hours=1)
    all_rows.execute(
        "UPDATE conversations SET bot_state = 'muted', muted_until = %s WHERE workspace_id = %s",
        [until, shopping.shop.workspace_id],
    )
    assert run_out(all_rows, shopping) == []
    assert ended(all_rows, shopping) == [(0, "cancelled", "muted")]
