"""What strangers write reaches the orchestrator as data, wherever they wrote it."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from morfx.adapters.claude.connection import Connection
from morfx.adapters.claude.orchestrator import ClaudeOrchestrator
from morfx.adapters.clock import SystemClock
from morfx.domain.language_model import default_model
from morfx.domain.orchestration import Question
from morfx.tools.action import Action, NoArguments, Scope
from morfx.tools.toolbox import BoundTools, Toolbox
from tests.contract.test_injection import ATTEMPTS, attack, texts
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi, Request
from tests.reader import data

HARMLESS = {"text": "hola", "place": "text"}


@pytest.fixture(scope="module")
def api() -> Iterator[MessagesApi]:
    with MessagesApi() as running:
        yield running


@pytest.fixture(scope="module")
def claude(api: MessagesApi) -> Iterator[ClaudeOrchestrator]:
    connection = Connection("anthropic", api_key=lambda: "test-key", base_url=api.url)
    model = default_model("orchestrator")
    yield ClaudeOrchestrator(model, connection=connection, clock=SystemClock())
    connection.close()


def giving(said: str) -> BoundTools:
    """One tool, which gives what somebody wrote."""

    def give(_: Scope, __: NoArguments) -> object:
        return {"nombre": said}

    action = Action(name="a.b", description="d", arguments=NoArguments, timeout=1, run=give)
    return Toolbox([action]).bound(["a.b"], cast(Scope, None))


def requests(
    attempt: dict[str, str], api: MessagesApi, claude: ClaudeOrchestrator
) -> tuple[Request, Request]:
    """What is sent before and after a tool was used, with the attempt where its author put it."""
    said, context = attack(attempt)
    question = Question(
        instructions="Be kind.",
        knowledge="1x: $77.900",
        texts=tuple(said),
        context=context,
        max_tokens=99,
        budget=99_999,
    )
    api.script(messages_api.tool_use("a__b", {}), messages_api.text("hola"))
    claude.reply(question, tools=giving(attempt["text"]), seconds=10)
    return api.requests[-2], api.requests[-1]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt["id"])
def test_an_attempt_stands_in_the_data_and_in_the_tools_result_and_nowhere_else(
    attempt: dict[str, str], api: MessagesApi, claude: ClaudeOrchestrator
) -> None:
    harmless, _ = requests(HARMLESS, api, claude)
    first, second = requests(attempt, api, claude)

    assert first.prefix == second.prefix == harmless.prefix
    assert rest(first.body) == rest(second.body) == rest(harmless.body)
    assert first.said.count("<data>") == first.said.count("</data>") == 1
    if attempt["place"] != "name":
        assert attempt["text"] in texts(data(first.said))
    [result] = second.body["messages"][-1]["content"]
    assert json.loads(result["content"])["data"] == {"nombre": attempt["text"]}
    assert not set(result["content"]) & {"<", ">"}


def rest(body: dict[str, Any]) -> dict[str, Any]:
    """The request without what was said."""
    return {name: value for name, value in body.items() if name != "messages"}
