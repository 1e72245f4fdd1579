"""The one answer asked of Claude: its schema, and how it becomes a comprehension."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from morfx.domain.comprehension import Comprehension, IntentReading, MessageClass
from morfx.domain.vocabulary import Normaliser, Vocabulary

#: Intents a message may have, and other readings worth keeping.
INTENTS = 2
ALTERNATIVES = 4
#: Characters; no address is longer.
VALUE = 300


class _Part(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)


class IntentAnswer(_Part):
    intent: str
    confidence: float


class FieldAnswer(_Part):
    name: str
    value: str


class Answer(_Part):
    """Flat, every key always there: what is missing is an empty string or list."""

    message_class: MessageClass
    intents: list[IntentAnswer]
    alternatives: list[IntentAnswer]
    fields: list[FieldAnswer]
    pack: str
    wants_human: bool
    confidence: float


def answer_schema(vocabulary: Vocabulary) -> dict[str, object]:
    """The JSON schema the provider holds the model to: only this agent's words are allowed."""
    schema = Answer.model_json_schema()
    parts = schema["$defs"]
    parts["IntentAnswer"]["properties"]["intent"] = {"enum": list(vocabulary.intents)}
    parts["FieldAnswer"]["properties"]["name"] = {"enum": list(vocabulary.fields)}
    schema["properties"]["pack"] = {"enum": ["", *vocabulary.packs]}
    return _closed(schema)


def read_answer(
    text: str, *, vocabulary: Vocabulary, normalise: Normaliser, source: str
) -> Comprehension:
    """What Claude understood, less what this agent has no word for.

    Raises ValueError where it is no answer: no JSON, a key missing, none of its intents known.
    """
    answer = Answer.model_validate_json(_object(text))
    intents = _known(answer.intents, vocabulary)[:INTENTS]
    if answer.intents and not intents:
        raise ValueError("no intent of the catalogue")
    named = {reading.intent for reading in intents}
    others = sorted(_known(answer.alternatives, vocabulary), key=lambda r: -r.confidence)
    return Comprehension(
        message_class=answer.message_class,
        intents=tuple(intents),
        alternatives=tuple(r for r in others if r.intent not in named)[:ALTERNATIVES],
        fields=_fields(answer.fields, vocabulary, normalise),
        pack=answer.pack if answer.pack in vocabulary.packs else None,
        wants_human=answer.wants_human,
        confidence=min(_percent(answer.confidence), *(r.confidence for r in intents), 100.0),
        source=source,
    )


def _known(answers: Iterable[IntentAnswer], vocabulary: Vocabulary) -> list[IntentReading]:
    surest: dict[str, float] = {}
    for said in answers:
        if said.intent in vocabulary.intents:
            surest.setdefault(said.intent, _percent(said.confidence))
    return [IntentReading(intent=intent, confidence=sure) for intent, sure in surest.items()]


def _fields(
    answers: Iterable[FieldAnswer], vocabulary: Vocabulary, normalise: Normaliser
) -> Mapping[str, str]:
    said = {
        field.name: field.value.strip()[:VALUE]
        for field in answers
        if field.name in vocabulary.fields and field.value.strip()
    }
    return {name: value for name, value in normalise(said).items() if name in vocabulary.fields}


def _percent(number: float) -> float:
    return min(100.0, max(0.0, number))


def _object(text: str) -> str:
    """The text between the outermost braces: where no schema binds, models add fences."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _closed(schema: Mapping[str, object]) -> dict[str, object]:
    """The schema as structured outputs want it: no titles, no further keys."""
    closed = {
        key: _inner(value)
        for key, value in schema.items()
        if not (key in {"title", "description"} and isinstance(value, str))
    }
    if "enum" in closed:
        closed.pop("type", None)
    if closed.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


def _inner(value: object) -> object:
    if isinstance(value, dict):
        return _closed(value)
    return [_inner(entry) for entry in value] if isinstance(value, list) else value
