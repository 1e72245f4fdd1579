"""What each whole sale of tests/scenarios/sales costs in tokens, read by Claude's adapter.

PYTHONPATH=.:layers/morfx python -m tests.load.tokens
"""

import logging
import sys

import psycopg
from psycopg.rows import dict_row

from local.scenarios import temporary_database
from tests.claude_sales import HEAD, SALES, line, read_well, sell, simulation
from tests.fakes.messages_api import MessagesApi


def main() -> int:
    logging.disable(logging.WARNING)
    print(HEAD)
    ended_well = True
    with (
        MessagesApi(answer=read_well) as api,
        temporary_database() as database,
        psycopg.connect(database.url, autocommit=True, row_factory=dict_row) as rows,
        simulation(database.functions_url, api) as simulated,
    ):
        for file in SALES:
            sale = sell(file, simulated, rows)
            ended_well &= sale.story.went_well
            print(line(file, sale))
    return 0 if ended_well else 1


if __name__ == "__main__":
    sys.exit(main())
