"""What customers say for a purpose: the labelled messages that the offline reader learns from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from training.corpus import Labelled, labelled

#: Labels that say nothing of a message alone: an answer that must be read against a question.
_IN_CONTEXT = ("ctx", "ack")


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    text: str
    #: The mode it was written for; what was asked in ``conversacion`` can be asked anywhere.
    mode: str
    #: Its labels: intents, and customer data by field.
    means: tuple[str, ...] = ()
    gives: Mapping[str, str]


@cache
def phrases(purpose: str, mode: str) -> tuple[Phrase, ...]:
    """What can be said for this purpose in this mode, or else in any: an intent, "mixto", "nada",
    "dos cosas", "disparate" or "persona"."""
    suitable = tuple(phrase for named, phrase in _all() if named == purpose)
    fitting = tuple(phrase for phrase in suitable if phrase.mode in (mode, "conversacion"))
    return fitting or suitable


@cache
def _all() -> tuple[tuple[str, Phrase], ...]:
    return tuple(_read())


def _read() -> Iterator[tuple[str, Phrase]]:
    for message in labelled():
        if not str(message.gold["note"]).startswith(_IN_CONTEXT):
            intents = tuple(intent for intent in message.gold["intents"] if intent != "hola")
            phrase = Phrase(
                text=message.text,
                mode=message.context.mode,
                means=tuple(message.gold["intents"]),
                gives=message.gold["fields"],
            )
            yield _purpose(message, intents), phrase


def _purpose(message: Labelled, intents: tuple[str, ...]) -> str:
    if message.gold["wants_human"]:
        return "persona"
    if message.gold["class"] in ("datos", "mixto"):
        return str(message.gold["class"])
    if intents == ("fallback",):
        return "disparate"
    if not intents:
        return "hola" if message.gold["intents"] else "nada"
    return intents[0] if len(intents) == 1 else "dos cosas"
