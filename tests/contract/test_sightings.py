"""Which intents a session has seen: few, in order, and each sighting once."""

from typing import Any

import psycopg
from psycopg.rows import DictRow

from tests.contract.test_bands import mind, read
from tests.road import Road

AllRows = psycopg.Connection[DictRow]


def seen(all_rows: AllRows, road: Road) -> list[tuple[Any, ...]]:
    [row] = all_rows.execute(
        "SELECT intents_vistos FROM session_state WHERE workspace_id = %s",
        [road.shop.workspace_id],
    ).fetchall()
    return [(one["intent"], one["orden"]) for one in row["intents_vistos"]]


def test_the_last_three_sightings_of_each_intent_are_kept_and_counted_on(
    road: Road, all_rows: AllRows
) -> None:
    mind(road, read("envio", 95))
    road.converse("envío?")
    mind(road, read("precio", 95))
    road.repeat(*["precio"] * 5)

    assert seen(all_rows, road) == [("envio", 1), ("precio", 4), ("precio", 5), ("precio", 6)]


def test_a_turn_that_was_put_back_and_is_answered_again_has_seen_its_intents_once(
    road: Road, all_rows: AllRows
) -> None:
    mind(road, read("envio", 95))
    road.converse("envío?")
    mind(road, read("precio", 95))
    road.write("precio")
    road.run_turns()
    road.write("y entonces?")  # before anything was said: both messages are unread now
    road.run_turns()

    assert seen(all_rows, road) == [("envio", 1), ("precio", 2)]
