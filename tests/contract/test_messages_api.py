"""The fake of the Messages API speaks to the real SDK, streams included."""

from collections.abc import Iterator

import anthropic
import httpx2
import pytest
from anthropic.types import Message, MessageParam, ToolParam, ToolResultBlockParam

from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi

MODEL = "claude-sonnet-5-5"
ASKED: list[MessageParam] = [{"role": "user", "content": "hola"}]
TOOL: ToolParam = {"name": "find_order", "description": "finds", "input_schema": {"type": "object"}}


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with MessagesApi(answer=lambda _: messages_api.text("Hola, ¿en qué te ayudo?")) as running:
        yield running


@pytest.fixture
def client(api: MessagesApi) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key=api.key, base_url=api.url, max_retries=0) as opened:
        yield opened


def test_a_streamed_message_is_the_same_with_its_final_usage(
    client: anthropic.Anthropic,
) -> None:
    whole = client.messages.create(model=MODEL, max_tokens=100, messages=ASKED)
    with client.messages.stream(model=MODEL, max_tokens=100, messages=ASKED) as stream:
        said = "".join(stream.text_stream)
        streamed = stream.get_final_message()

    assert said == "Hola, ¿en qué te ayudo?"
    assert streamed.content[0].model_dump(exclude_none=True)["text"] == said
    assert streamed.stop_reason == whole.stop_reason == "end_turn"
    assert streamed.usage.output_tokens == whole.usage.output_tokens > 1


@pytest.mark.parametrize("streaming", [False, True])
def test_a_model_may_call_a_tool_and_gets_its_result(
    client: anthropic.Anthropic, api: MessagesApi, streaming: bool
) -> None:
    api.script(messages_api.tool_use("find_order", {"city": "Bogotá"}))
    if streaming:
        with client.messages.stream(
            model=MODEL,
            max_tokens=100,
            messages=ASKED,
            tools=[TOOL],
        ) as stream:
            called: Message = stream.get_final_message()
    else:
        called = client.messages.create(
            model=MODEL,
            max_tokens=100,
            messages=ASKED,
            tools=[TOOL],
        )
    use = called.content[0]
    assert use.type == "tool_use"
    assert use.input == {"city": "Bogotá"}
    assert called.stop_reason == "tool_use"

    result: ToolResultBlockParam = {
        "type": "tool_result",
        "tool_use_id": use.id,
        "content": "nothing found",
    }
    client.messages.create(
        model=MODEL,
        max_tokens=100,
        tools=[TOOL],
        messages=[*ASKED, called.to_param(), {"role": "user", "content": [result]}],
    )
    assert len(api.requests) == 2


def test_a_stream_that_is_cut_raises_the_http_clients_own_error(
    client: anthropic.Anthropic, api: MessagesApi
) -> None:
    api.script(messages_api.cut())
    with (
        client.messages.stream(model=MODEL, max_tokens=100, messages=ASKED) as stream,
        pytest.raises(httpx2.RemoteProtocolError),
    ):
        stream.get_final_message()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"extra_body": {"temperature": 0.2}}, "temperature"),
        ({"tool_choice": {"type": "any"}, "tools": [TOOL]}, "forced tool use"),
        ({"thinking": {"type": "disabled"}}, "thinking.type.disabled"),
        ({"messages": [*ASKED, {"role": "assistant", "content": "{"}]}, "prefill"),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            "additionalProperties",
        ),
    ],
)
def test_what_todays_models_refuse_is_refused(
    client: anthropic.Anthropic, wrong: dict[str, object], words: str
) -> None:
    request: dict[str, object] = {"model": MODEL, "max_tokens": 100, "messages": ASKED, **wrong}
    with pytest.raises(anthropic.BadRequestError, match=words):
        client.messages.create(**request)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("key", "model", "error"),
    [
        ("other", MODEL, anthropic.AuthenticationError),
        ("test-key", "claude-9", anthropic.NotFoundError),
    ],
)
def test_strangers_and_unknown_models_are_turned_away(
    api: MessagesApi, key: str, model: str, error: type[Exception]
) -> None:
    with (
        anthropic.Anthropic(api_key=key, base_url=api.url, max_retries=0) as client,
        pytest.raises(error),
    ):
        client.messages.create(model=model, max_tokens=9, messages=ASKED)
