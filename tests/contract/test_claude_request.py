"""What Claude is sent: a prefix that never changes, and the turn as data."""

import json

from anthropic import transform_schema

from morfx.adapters.claude.answer import answer_schema
from morfx.adapters.claude.excerpt import MESSAGE, MESSAGES
from morfx.domain.comprehension import TOLD, Context, PastTurn
from tests.fakes.messages_api import MessagesApi
from tests.reader import CONTEXT, VOCABULARY, Reader, data


def test_the_request_has_the_schema_and_the_cached_prefix_and_leaves_sampling_alone(
    api: MessagesApi, read: Reader
) -> None:
    read().comprehend(["cuánto vale?"], CONTEXT, seconds=10)

    body = api.requests[0].body
    assert body["output_config"]["format"]["type"] == "json_schema"
    assert body["system"][-1]["cache_control"] == {"type": "ephemeral"}
    assert body["thinking"] == {"type": "disabled"}
    assert not {"temperature", "top_p", "top_k", "tool_choice", "tools"} & set(body)


def test_the_schema_is_closed_flat_and_what_the_sdk_itself_would_send() -> None:
    schema = answer_schema(VOCABULARY)

    assert transform_schema(schema) == schema
    assert "anyOf" not in json.dumps(schema)
    assert "null" not in json.dumps(schema)
    assert schema["required"] == list(schema["properties"])  # type: ignore[call-overload]


def test_every_customer_and_every_process_sends_the_same_prefix(
    api: MessagesApi, read: Reader
) -> None:
    here, there = read(), read()
    here.comprehend(["hola"], CONTEXT, seconds=10)
    there.comprehend(["otra cosa"], Context(mode="resumen", pack="2x"), seconds=10)

    assert api.requests[0].prefix == api.requests[1].prefix
    assert api.requests[0].body["output_config"] == api.requests[1].body["output_config"]


def test_long_messages_are_cut_for_the_model_and_say_so(api: MessagesApi, read: Reader) -> None:
    texts = ["a" * 5_000, "b" * 3_000, "c" * 3_000, "d" * 3_000]
    read().comprehend(texts, CONTEXT, seconds=10)

    unread = data(api.requests[0].said)["unread"]
    assert isinstance(unread, list)
    assert unread[0] == "… [cut: 5000 more characters]"
    assert unread[3] == "d" * MESSAGE + "… [cut: 1000 more characters]"
    assert sum(len(text.partition("…")[0]) for text in unread) == MESSAGES


def test_only_the_newest_of_very_many_messages_are_read(api: MessagesApi, read: Reader) -> None:
    read().comprehend([f"mensaje {n}" for n in range(500)], CONTEXT, seconds=10)

    unread = data(api.requests[0].said)["unread"]
    assert isinstance(unread, list)
    assert unread[0] == "[cut: 460 earlier messages]"
    assert unread[-1] == "mensaje 499"


def test_the_model_reads_the_last_turns_and_the_names_of_known_data_never_its_values(
    api: MessagesApi, read: Reader
) -> None:
    past = tuple(PastTurn(role="user", content=f"turno {n}") for n in range(30))
    context = Context(
        mode="resumen",
        last_bot="¿Confirmas?",
        history=past,
        summary="Preguntó por el precio.",
        known_fields={"telefono": "573001234567", "ciudad": "Cali"},
        pack="2x",
    )
    read().comprehend(["sí"], context, seconds=10)

    document = data(api.requests[0].said)
    assert isinstance(document["history"], list)
    assert len(document["history"]) == TOLD
    assert document["history"][-1] == {"role": "user", "text": "turno 29"}
    assert document["known_fields"] == ["ciudad", "telefono"]
    assert (document["mode"], document["pack"]) == ("resumen", "2x")
    assert (document["last_bot"], document["summary"]) == ("¿Confirmas?", "Preguntó por el precio.")
    assert b"573001234567" not in api.requests[0].raw


def test_text_that_utf_8_cannot_write_reaches_the_model_escaped(
    api: MessagesApi, read: Reader
) -> None:
    read().comprehend(["hola \ud800\x00"], CONTEXT, seconds=10)

    assert data(api.requests[0].said)["unread"] == ["hola \\ud800\\u0000"]


def test_each_model_is_told_in_its_own_words_not_to_think_first(
    api: MessagesApi, read: Reader
) -> None:
    for model in ("claude-haiku-5-5", "claude-sonnet-5-5", "claude-sonnet-5", "claude-haiku-4-5"):
        read(model=model).comprehend(["hola"], CONTEXT, seconds=10)

    asked = [request.body.get("thinking", {}).get("type") for request in api.requests]
    assert asked == ["disabled", "between_tools", "disabled", None]
