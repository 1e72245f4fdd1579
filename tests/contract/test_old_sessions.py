"""A session with 5,000 turns costs no more than one with 5."""

import psycopg
from psycopg.rows import DictRow

from tests.load.old_session import compare
from tests.road import Road

#: How much more the five-thousandth turn may cost: a level or two of an index.
TOLERANCE = 1.3


def test_the_five_thousandth_turn_costs_what_the_fifth_did(
    road: Road, all_rows: psycopg.Connection[DictRow]
) -> None:
    young, old = compare(road, all_rows)

    assert old.pages <= TOLERANCE * young.pages
    assert old.log_bytes <= TOLERANCE * young.log_bytes
