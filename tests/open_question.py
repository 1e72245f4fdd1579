"""A shop whose customers ask what no text answers, and what was kept of answering them."""

import json
from typing import Any

import psycopg
from psycopg.rows import DictRow

from morfx.adapters.claude.connection import Connection
from morfx.adapters.claude.orchestrator import ClaudeOrchestrator
from morfx.adapters.clock import SystemClock
from morfx.adapters.postgres.drafts import PostgresDrafts
from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.domain.comprehension import Comprehension, IntentReading
from morfx.domain.language_model import default_model
from morfx.engine.breaker import Breaker
from morfx.engine.chain import ChainedComprehender
from morfx.engine.mind import Mind
from morfx.engine.open_question import OpenQuestions
from morfx.tools.catalogue import TOOLBOX
from tests.fakes.messages_api import MessagesApi
from tests.road import Road

AllRows = psycopg.Connection[DictRow]

#: What the shop says where nobody else has an answer.
OWN_WORDS = "con una persona"
GOOD = "Eso no te lo sé decir 😊 El ELIXIR DEL SUEÑO vale $77.900, con envío gratis."


def reading(intent: str = "fallback", **more: Any) -> Comprehension:
    return Comprehension(
        message_class="pregunta",
        intents=(IntentReading(intent=intent, confidence=95),),
        confidence=95,
        source="scripted",
        **more,
    )


def puzzled(road: Road, connection: Connection) -> Mind:
    """A mind that understands every message as an open question, and asks Claude."""
    breaker = Breaker(road.clock)
    model = default_model("orchestrator")
    return Mind(
        offline=road.mind.offline,
        models=ChainedComprehender(
            primary=ScriptedComprehender(script={}, otherwise=reading()),
            second=None,
            offline=road.mind.offline,
            breaker=breaker,
            clock=road.clock,
        ),
        open_questions=OpenQuestions(
            orchestrator=ClaudeOrchestrator(model, connection=connection, clock=SystemClock()),
            toolbox=TOOLBOX,
            breaker=breaker,
            clock=road.clock,
            drafts=PostgresDrafts(road.database),
        ),
    )


def rows(all_rows: AllRows, road: Road, table: str) -> list[DictRow]:
    query = psycopg.sql.SQL("SELECT * FROM {} WHERE workspace_id = %s ORDER BY created_at, id")
    found = query.format(psycopg.sql.Identifier(table))
    return all_rows.execute(found, [road.shop.workspace_id]).fetchall()


def why(all_rows: AllRows, road: Road) -> Any:
    query = "SELECT proof -> 'orchestration' AS why FROM turn_proofs WHERE workspace_id = %s"
    [row] = all_rows.execute(query, [road.shop.workspace_id]).fetchall()
    return row["why"]


def used(all_rows: AllRows, road: Road) -> Any:
    query = """SELECT tools_called FROM agent_turns
                WHERE workspace_id = %s AND role = 'assistant'"""
    [row] = all_rows.execute(query, [road.shop.workspace_id]).fetchall()
    return row["tools_called"]


def results(api: MessagesApi, request: int) -> list[tuple[bool, Any]]:
    """What the request told the model of the tools it had used: error or not, and what."""
    blocks = api.requests[request].body["messages"][-1]["content"]
    return [
        (block["is_error"], json.loads(block["content"]))
        for block in blocks
        if block["type"] == "tool_result"
    ]
