"""The whole sales of tests/scenarios/sales, read by Claude's adapter from a fake Messages API."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import DictRow

from local import scenarios
from morfx import wiring
from morfx.adapters.claude.connection import Connection
from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.postgres.drafts import PostgresDrafts
from morfx.domain.comprehension import Comprehension, Context, PastTurn
from morfx.settings import DatabaseSettings
from morfx.simulator.simulation import Simulation
from morfx.simulator.story import Story
from morfx.wiring.minds import with_models
from tests.fakes import messages_api
from tests.fakes.messages_api import Document, MessagesApi, Reply
from tests.reader import data

SALES = sorted((Path(__file__).parent / "scenarios/sales").glob("*.yaml"))
#: How sure a good model is of what it reads well.
SURE = 97

SUMMED_UP = "Pidió el ELIXIR DEL SUEÑO y dio datos para el envío.\nFalta que confirme."

_READER = OfflineComprehender()

_LEDGER = """
SELECT count(*) AS calls, count(DISTINCT turn_id) AS turns,
       count(*) FILTER (WHERE component = 'comprehension' AND outcome = 'ok') AS readings,
       count(*) FILTER (WHERE component = 'summary' AND outcome = 'ok') AS summaries,
       coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
       coalesce(sum(cache_read_tokens + cache_write_tokens), 0) AS cached,
       coalesce(sum(cost), 0) AS cost
  FROM model_calls WHERE workspace_id = %s"""

_ASKED = """
SELECT count(*) AS asked FROM turn_proofs
 WHERE workspace_id = %s AND proof -> 'comprehension' ->> 'source' LIKE 'claude:%%'"""


@dataclass(frozen=True, kw_only=True)
class Sale:
    story: Story
    #: What the ledger has of it.
    used: Mapping[str, Any]
    #: Turns in which a message was understood.
    understood: int


def read_well(body: Document) -> Reply:
    """What a good model answers: the messages of the request, read, as its JSON; or a summary."""
    [content] = [message["content"] for message in body["messages"]]
    turn: Any = data(content[0]["text"])
    if "unread" not in turn:
        return messages_api.text(SUMMED_UP)
    context = Context(
        mode=turn["mode"],
        last_bot=turn["last_bot"] or None,
        history=tuple(PastTurn(role=t["role"], content=t["text"]) for t in turn["history"]),
        known_fields=dict.fromkeys(turn["known_fields"], "known"),
        pack=turn["pack"] or None,
    )
    return messages_api.text(_written(_READER.comprehend(turn["unread"], context)))


def _written(understood: Comprehension) -> Document:
    named = [{"intent": reading.intent, "confidence": SURE} for reading in understood.intents]
    return {
        "message_class": understood.message_class,
        "intents": named,
        "alternatives": [],
        "fields": [{"name": name, "value": said} for name, said in understood.fields.items()],
        "pack": understood.pack or "",
        "wants_human": understood.wants_human,
        "confidence": SURE,
    }


@contextmanager
def simulation(functions_url: str, api: MessagesApi) -> Iterator[Simulation]:
    """Simulations whose agents understand with Claude, by the production's own wiring."""
    connection = Connection("anthropic", api_key=lambda: api.key, base_url=api.url)
    database = wiring.database(DatabaseSettings(database_url=functions_url))
    drafts = PostgresDrafts(database)
    try:
        with scenarios.simulation(functions_url) as offline_only:
            yield replace(
                offline_only,
                minds=lambda offline, clock: with_models(connection, offline, drafts, clock),
            )
    finally:
        connection.close()
        database.close()


def sell(file: Path, simulation: Simulation, rows: psycopg.Connection[DictRow]) -> Sale:
    """Play the sale in a shop of its own, and look its calls up."""
    scenario, workspace_id = scenarios.load(file), str(uuid4())
    [(name, changes)] = scenario.shops.items()
    shops = {name: {**changes, "workspace_id": workspace_id}}
    story = simulation.play(scenario.model_copy(update={"shops": shops}))
    [used] = rows.execute(_LEDGER, [workspace_id]).fetchall()
    [asked] = rows.execute(_ASKED, [workspace_id]).fetchall()
    return Sale(story=story, used=used, understood=asked["asked"])


def line(file: Path, sale: Sale) -> str:
    """A row of the table of tokens."""
    numbers = [sale.used[name] for name in ("turns", "calls", "input", "output", "cached")]
    return (
        f"{file.stem:<28}"
        + "".join(f"{number:>10}" for number in numbers)
        + f"{sale.used['cost']:>12}"
    )


HEAD = (
    f"{'sale':<28}"
    + "".join(f"{name:>10}" for name in ("turns", "calls", "input", "output", "cached"))
    + f"{'USD':>12}"
)
