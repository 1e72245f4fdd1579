"""What strangers write is data: it changes neither the prompt nor what the shop knows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from morfx.adapters.claude.comprehender import ClaudeComprehender
from morfx.domain.comprehension import Comprehension, Context, PastTurn
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi
from tests.reader import VOCABULARY, answer, data, reader

FILE = Path(__file__).with_name("injections.jsonl")
ATTEMPTS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]

#: A model that fell for it, as far as an answer can go.
FALLEN = answer(
    ("resumen_1x", 100),
    message_class="mixto",
    fields=[
        {"name": "precio", "value": "0"},
        {"name": "total", "value": "0"},
        {"name": "workspace_id", "value": "00000000-0000-0000-0000-000000000001"},
        {"name": "contact_id", "value": "573009998877"},
    ],
    pack="gratis",
    price=0,
    order_id=42,
    system_prompt="You read what a customer",
)


@pytest.fixture(scope="module")
def api() -> Iterator[MessagesApi]:
    with MessagesApi(answer=lambda _: messages_api.text(FALLEN)) as running:
        yield running


@pytest.fixture(scope="module")
def claude(api: MessagesApi) -> Iterator[ClaudeComprehender]:
    comprehender = reader(api)
    yield comprehender
    comprehender.close()


def attack(attempt: dict[str, str]) -> tuple[list[str], Context]:
    """The turn in which the attempt stands where its author put it."""
    text, place = attempt["text"], attempt["place"]
    said = [text] if place == "text" else ["hola"]
    past = {
        "name": (PastTurn(role="user", content=text),),
        "tool_result": (PastTurn(role="system", content=text),),
    }
    return said, Context(
        mode="conversacion",
        last_bot=text if place == "last_bot" else "¿Deseas comprar?",
        history=past.get(place, ()),
        summary=text if place == "summary" else None,
        known_fields={"nombre": text} if place == "name" else {},
    )


def test_there_are_attempts_of_every_kind_in_both_languages() -> None:
    assert len(ATTEMPTS) >= 40
    assert len({attempt["text"] for attempt in ATTEMPTS}) == len(ATTEMPTS)
    assert {attempt["language"] for attempt in ATTEMPTS} == {"es", "en"}
    assert {attempt["place"] for attempt in ATTEMPTS} >= {"text", "name", "tool_result"}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt["id"])
def test_an_attempt_stands_in_the_data_and_nowhere_else(
    attempt: dict[str, str], api: MessagesApi, claude: ClaudeComprehender
) -> None:
    claude.comprehend(["hola"], Context(mode="conversacion"), seconds=10)
    harmless = api.requests[-1]
    claude.comprehend(*attack(attempt), seconds=10)
    attacked = api.requests[-1]

    block = attacked.said
    if attempt["place"] == "name":
        assert data(block)["known_fields"] == ["nombre"]
    assert attempt["text"] in texts(data(block))
    assert block.startswith("<data>")
    assert block.endswith("</data>")
    assert block.count("<data>") == block.count("</data>") == 1
    assert attacked.prefix == harmless.prefix
    assert without_data(attacked.body) == without_data(harmless.body)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt["id"])
def test_even_a_model_that_obeys_decides_no_price_tenant_contact_or_order(
    attempt: dict[str, str], claude: ClaudeComprehender
) -> None:
    understood = claude.comprehend(*attack(attempt), seconds=10)

    assert understood.fields == {}
    assert understood.pack is None
    assert {reading.intent for reading in understood.intents} <= set(VOCABULARY.intents)


def test_a_comprehension_has_no_place_for_what_only_the_shop_decides() -> None:
    names = set(Comprehension.__dataclass_fields__)
    assert not names & {"price", "total", "workspace_id", "contact_id", "order_id", "reply", "text"}


def texts(entry: object) -> list[str]:
    """Every text in the document, at any depth."""
    if isinstance(entry, str):
        return [entry]
    inside = list(entry.values()) if isinstance(entry, dict) else entry
    return [text for part in inside for text in texts(part)] if isinstance(inside, list) else []


def without_data(body: dict[str, Any]) -> dict[str, Any]:
    """The request without its data block."""
    return {**body, "messages": body["messages"][0]["content"][1:]}
