"""A small agent's words, and Claude reading them from the fake API with the real SDK."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from morfx.adapters.claude.comprehender import ClaudeComprehender
from morfx.adapters.claude.connection import Connection, Provider
from morfx.adapters.clock import SystemClock
from morfx.domain.comprehension import Comprehension, Context, IntentReading
from morfx.domain.language_model import default_model, language_model
from morfx.domain.vocabulary import Normaliser, Vocabulary
from tests.fakes.messages_api import MessagesApi

VOCABULARY = Vocabulary(
    instructions="The shop sells a sleep aid in Colombia, cash on delivery.",
    intents={
        "hola": "a greeting",
        "precio": "what it costs",
        "envio": "delivery",
        "resumen_1x": "chooses one unit",
        "fallback": "anything else",
    },
    fields={"nombre": "first name", "ciudad": "city", "telefono": "phone number"},
    packs=("1x", "2x", "3x"),
)
#: Opens Claude with these settings; what it opened is closed after the test.
Reader = Callable[..., ClaudeComprehender]

CONTEXT = Context(mode="conversacion", last_bot="¿En qué te puedo ayudar?")


def answer(*intents: tuple[str, float], **also: object) -> dict[str, object]:
    """What Claude writes when it understood these intents."""
    return {
        "message_class": "pregunta",
        "intents": [{"intent": name, "confidence": sure} for name, sure in intents],
        "alternatives": [],
        "fields": [],
        "pack": "",
        "wants_human": False,
        "confidence": 95,
        **also,
    }


def reading(*intents: tuple[str, float], confidence: float = 90, **also: object) -> Comprehension:
    """A comprehension of these intents."""
    facts: dict[str, object] = {
        "message_class": "pregunta",
        "intents": tuple(IntentReading(intent=name, confidence=sure) for name, sure in intents),
        "confidence": confidence,
        "source": "scripted",
        **also,
    }
    return Comprehension(**facts)  # type: ignore[arg-type]


def as_written(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The normaliser that changes nothing."""
    return fields


def reader(
    api: MessagesApi,
    *,
    model: str = "",
    provider: Provider = "anthropic",
    key: str = "test-key",
    normalise: Normaliser = as_written,
    fields: Mapping[str, str] = VOCABULARY.fields,
) -> ClaudeComprehender:
    return ClaudeComprehender(
        language_model(model) if model else default_model("comprehension"),
        connection=Connection(provider, api_key=lambda: key, base_url=api.url),
        vocabulary=replace(VOCABULARY, fields=fields),
        normalise=normalise,
        clock=SystemClock(),
    )


def data(said: str) -> dict[str, object]:
    """The document in a request's data block."""
    document: dict[str, object] = json.loads(
        said.removeprefix("<data>\n").removesuffix("\n</data>")
    )
    return document
