"""Claude reading messages, by the real SDK, from a fake of the Messages API."""

import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal

import pytest

from morfx.agents.somnio import SOMNIO
from morfx.domain.completeness import missing
from morfx.domain.comprehension import DECLINED, IntentReading
from morfx.domain.customer_data import normalised
from morfx.domain.errors import NotUnderstood
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi, Reply
from tests.reader import CONTEXT, Reader, answer, reader

PRICE = messages_api.text(answer(("precio", 97)))
BROKEN_SCHEMA = messages_api.text({"intent": "precio", "sure": True})
UNKNOWN_INTENT = messages_api.text(answer(("regalar", 99)))
HALF = messages_api.text('{"message_class": "preg', stop_reason="max_tokens")
FULL = messages_api.text("", stop_reason="model_context_window_exceeded")


def test_a_common_turn_is_one_call(api: MessagesApi, read: Reader) -> None:
    understood = read().comprehend(["cuánto vale?"], CONTEXT, seconds=10)

    assert understood.intents == (IntentReading(intent="precio", confidence=97),)
    assert understood.source == "claude:claude-haiku-5-5"
    assert [call.outcome for call in understood.calls] == ["ok"]
    assert len(api.requests) == 1


def test_a_prefix_known_to_the_provider_is_read_from_its_cache_and_costs_less(
    read: Reader,
) -> None:
    claude = read()
    first = claude.comprehend(["hola"], CONTEXT, seconds=10).calls[0]
    again = claude.comprehend(["hola"], CONTEXT, seconds=10).calls[0]

    assert first.cache_write_tokens == again.cache_read_tokens > 0
    assert first.cache_read_tokens == again.cache_write_tokens == 0
    assert Decimal(0) < again.cost < first.cost


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (messages_api.AUTHENTICATION, "authentication"),
        (messages_api.PERMISSION, "authentication"),
        (messages_api.RATE_LIMIT, "saturation"),
        (messages_api.OVERLOADED, "saturation"),
        (messages_api.BILLING, "billing"),
        (messages_api.NO_CREDIT, "billing"),
        (messages_api.SPENT, "billing"),
        (messages_api.TOO_LONG, "capacity"),
        (FULL, "capacity"),
        (messages_api.GRAMMAR, "schema"),
        (messages_api.INTERNAL, "unavailable"),
        (messages_api.AWAY, "unavailable"),
        (messages_api.cut(), "unavailable"),
        (messages_api.refusal(), "refusal"),
    ],
)
def test_a_failure_that_no_repair_can_mend_is_named_and_tried_once(
    reply: Reply, outcome: str, api: MessagesApi, read: Reader
) -> None:
    api.script(reply)

    with pytest.raises(NotUnderstood) as failure:
        read().comprehend(["hola"], CONTEXT, seconds=10)

    assert failure.value.outcome == outcome
    assert [call.outcome for call in failure.value.calls] == [outcome]
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (messages_api.empty(), "empty"),
        (messages_api.broken_json(), "invalid"),
        (messages_api.text("Claro, con gusto."), "invalid"),
        (BROKEN_SCHEMA, "invalid"),
        (UNKNOWN_INTENT, "invalid"),
        (Reply(body=b"[]"), "invalid"),
        (Reply(body=b"{}"), "invalid"),
        (HALF, "max_tokens"),
    ],
)
def test_a_useless_answer_is_repaired_once(
    reply: Reply, outcome: str, api: MessagesApi, read: Reader
) -> None:
    api.script(reply)

    understood = read().comprehend(["cuánto vale?"], CONTEXT, seconds=10)

    assert [(call.component, call.outcome) for call in understood.calls] == [
        ("comprehension", outcome),
        ("repair", "ok"),
    ]
    first, repair = api.requests
    assert first.prefix == repair.prefix
    assert first.said == repair.said
    assert repair.body["max_tokens"] > first.body["max_tokens"]


def test_an_answer_useless_twice_is_given_up(api: MessagesApi, read: Reader) -> None:
    api.script(messages_api.empty(), BROKEN_SCHEMA)

    with pytest.raises(NotUnderstood) as failure:
        read().comprehend(["hola"], CONTEXT, seconds=10)

    assert [call.outcome for call in failure.value.calls] == ["empty", "invalid"]
    assert len(api.requests) == 2


def test_a_slow_provider_is_left_when_its_seconds_are_over(api: MessagesApi, read: Reader) -> None:
    api.script(messages_api.text(answer(), delay=1.5))

    with pytest.raises(NotUnderstood, match="timeout") as failure:
        read().comprehend(["hola"], CONTEXT, seconds=0.3)

    assert failure.value.calls[0].milliseconds < 1_000


def test_no_repair_starts_without_time_for_it(api: MessagesApi, read: Reader) -> None:
    api.script(messages_api.empty())

    with pytest.raises(NotUnderstood, match="empty"):
        read().comprehend(["hola"], CONTEXT, seconds=1.9)

    assert len(api.requests) == 1


def test_without_a_key_nothing_is_asked(api: MessagesApi, read: Reader) -> None:
    with pytest.raises(NotUnderstood, match="authentication"):
        read(key="").comprehend(["hola"], CONTEXT, seconds=10)

    assert api.requests == []


def test_an_unreachable_provider_is_unavailable(read: Reader, api: MessagesApi) -> None:
    api.url = "http://127.0.0.1:9"

    with pytest.raises(NotUnderstood, match="unavailable"):
        read().comprehend(["hola"], CONTEXT, seconds=5)


def test_the_base_url_may_come_from_the_environment(
    api: MessagesApi, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
    api.url = ""

    assert read().comprehend(["hola"], CONTEXT, seconds=10).intents


def test_what_the_agent_has_no_word_for_is_dropped(api: MessagesApi, read: Reader) -> None:
    api.script(
        messages_api.text(
            answer(
                ("hola", 99),
                ("regalar", 99),
                ("precio", 88),
                message_class="mixto",
                fields=[
                    {"name": "nombre", "value": " Ana "},
                    {"name": "telefono", "value": DECLINED},
                    {"name": "ciudad", "value": ""},
                    {"name": "precio", "value": "1000"},
                    {"name": "descuento", "value": "100%"},
                ],
                pack="99x",
                precio=1000,
                total=0,
                confidence=250,
            )
        )
    )
    understood = read().comprehend(["soy Ana, cuánto vale?"], CONTEXT, seconds=10)

    assert [reading.intent for reading in understood.intents] == ["hola", "precio"]
    assert understood.fields == {"nombre": "Ana", "telefono": DECLINED}
    assert understood.pack is None
    assert understood.confidence == 88


def test_data_passes_through_the_normaliser_which_adds_nothing_the_agent_has_no_field_for(
    api: MessagesApi,
) -> None:
    def shouting(fields: Mapping[str, str]) -> Mapping[str, str]:
        return {name: value.upper() for name, value in fields.items()} | {"precio": "0"}

    api.script(messages_api.text(answer(fields=[{"name": "ciudad", "value": "cali"}])))
    claude = reader(api, normalise=shouting)
    understood = claude.comprehend(["de cali"], CONTEXT, seconds=10)
    claude.close()

    assert understood.fields == {"ciudad": "CALI"}


@pytest.mark.parametrize(
    ("written", "fields", "asked"),
    [
        (
            {
                "nombre": "luz marina quintero",
                "telefono": "(310) 456-7890",
                "ciudad": "villanueva",
                "direccion": "cll 5 No 3-20 apto 201",
                "correo": "luz @ gmail,com",
                "barrio": "no tiene",
            },
            {
                "nombre": "Luz Marina",
                "apellido": "Quintero",
                "telefono": "573104567890",
                "ciudad": "Villanueva",
                "direccion": "Calle 5 # 3-20 Apartamento 201",
                "correo": "luz@gmail.com",
                "barrio": "N/A",
            },
            ("departamento",),
        ),
        (
            {"ciudad": "san pedro", "departamento": "antioq", "telefono": "+34 612 334 455"},
            {
                "ciudad": "San Pedro de los Milagros",
                "departamento": "Antioquia",
                "telefono": "+34612334455",
            },
            ("nombre", "direccion"),
        ),
    ],
)
def test_what_claude_writes_is_stored_as_what_the_rules_read(
    written: Mapping[str, str],
    fields: Mapping[str, str],
    asked: tuple[str, ...],
    api: MessagesApi,
    read: Reader,
) -> None:
    said = [{"name": name, "value": value} for name, value in written.items()]
    api.script(messages_api.text(answer(message_class="datos", fields=said)))
    meanings = {name: field.meaning for name, field in SOMNIO.fields.items()}

    understood = read(normalise=normalised, fields=meanings).comprehend(["…"], CONTEXT, seconds=10)

    assert understood.fields == fields
    assert missing(SOMNIO.fields_of("required"), understood.fields) == asked


def test_a_message_has_two_intents_at_most_and_other_readings_by_likelihood(
    api: MessagesApi, read: Reader
) -> None:
    others = [{"intent": "hola", "confidence": 20}, {"intent": "fallback", "confidence": 40}]
    api.script(
        messages_api.text(
            answer(("precio", 90), ("envio", 80), ("resumen_1x", 70), alternatives=others)
        )
    )
    understood = read().comprehend(["cuánto vale y cuánto demora"], CONTEXT, seconds=10)

    assert [reading.intent for reading in understood.intents] == ["precio", "envio"]
    assert [reading.intent for reading in understood.alternatives] == ["fallback", "hola"]


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.mark.usefixtures("role")
def test_bedrock_is_asked_with_the_role_and_gets_the_schema_in_the_prompt(
    api: MessagesApi, read: Reader
) -> None:
    api.script(messages_api.text(f"```json\n{PRICE.content[0]['text']}\n```"))
    understood = read(provider="bedrock", key="").comprehend(["valor?"], CONTEXT, seconds=10)

    request = api.requests[0]
    assert request.path == "/model/global.anthropic.claude-haiku-5-5/invoke"
    assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256")
    assert "output_config" not in request.body
    assert '"message_class"' in request.body["system"][-1]["text"]
    assert understood.intents[0].intent == "precio"
    assert understood.calls[0].provider == "bedrock"


@pytest.mark.usefixtures("role")
def test_bedrock_too_is_tried_once(api: MessagesApi, read: Reader) -> None:
    throttled = Reply(status=429, error={"message": "Too many requests"})
    api.script(throttled)

    with pytest.raises(NotUnderstood, match="saturation"):
        read(provider="bedrock").comprehend(["hola"], CONTEXT, seconds=10)

    assert len(api.requests) == 1


def test_bedrock_without_a_role_is_no_authentication(
    api: MessagesApi, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")

    with pytest.raises(NotUnderstood, match="authentication"):
        read(provider="bedrock").comprehend(["hola"], CONTEXT, seconds=10)

    assert api.requests == []


def test_the_sdk_is_imported_only_when_claude_is_asked() -> None:
    code = (
        "import sys, morfx.adapters.claude.comprehender, morfx.engine.chain;"
        "assert 'anthropic' not in sys.modules;"
        "from morfx.adapters.claude.connection import Connection;"
        "Connection('anthropic', api_key=lambda: 'k').preload();"
        "assert 'anthropic' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "layers/morfx"}, check=True)


def test_no_call_leans_on_a_connection_from_before_a_freeze(api: MessagesApi, read: Reader) -> None:
    claude = read()
    claude.comprehend(["hola"], CONTEXT, seconds=10)
    claude.comprehend(["hola"], CONTEXT, seconds=10)

    assert api.requests[0].port != api.requests[1].port
