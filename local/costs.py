"""python -m local.costs: what the running house has paid for models."""

import os
import sys
from typing import LiteralString

import psycopg
from psycopg.rows import TupleRow

from local.ready import NoHouse, Ready

#: Lines of each account.
LINES = 10
ACCOUNTS: dict[str, LiteralString] = {
    "workspace": "SELECT workspace_id, {} FROM workspace_costs ORDER BY cost DESC",
    "day": "SELECT day, {} FROM daily_costs ORDER BY day DESC, cost DESC",
    "contact": "SELECT contact_id, {} FROM contact_costs ORDER BY cost DESC",
    "session": "SELECT session_id, {} FROM session_costs ORDER BY cost DESC",
    "turn": "SELECT turn_id, {} FROM turn_costs ORDER BY asked_at DESC",
}
FIGURES: LiteralString = (
    "calls, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, cost"
)
HEADINGS = ("calls", "input", "cache read", "cache write", "output", "USD")


def main() -> int:
    try:
        ready = Ready.of_running_house(os.environ)
    except NoHouse as error:
        print(error, file=sys.stderr)
        return 1
    with psycopg.connect(ready.database_url) as connection:
        show(connection)
    return 0


def show(connection: psycopg.Connection[TupleRow]) -> None:
    for of, account in ACCOUNTS.items():
        query = account.replace("{}", FIGURES) + " LIMIT %s"
        _print(of, connection.execute(query, [LINES]).fetchall())


def _print(of: str, rows: list[TupleRow]) -> None:
    print(f"{of:<36}" + "".join(f"{heading:>13}" for heading in HEADINGS))
    for who, *figures in rows:
        print(f"{who!s:<36}" + "".join(f"{figure:>13}" for figure in figures))
    print()


if __name__ == "__main__":
    sys.exit(main())
