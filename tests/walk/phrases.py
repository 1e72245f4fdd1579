"""What customers say for a purpose: the labelled messages that the offline reader learns from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from morfx.domain.comprehension import DECLINED
from training.corpus import Labelled, labelled

#: Words of an answer, which means what its question asked.
_ANSWER = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    text: str
    #: The mode it was written for; what was asked in ``conversacion`` can be asked anywhere.
    mode: str
    #: Its labels: intents, and customer data by field; DECLINED where a field may be read in it.
    means: tuple[str, ...]
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
        if _is_answer(message):
            continue
        note = str(message.gold["note"])
        phrase = Phrase(
            text=message.text,
            mode=message.context.mode,
            means=tuple(message.gold["intents"]),
            gives={**_optional(note), **message.gold["fields"]},
        )
        yield _purpose(message), phrase


def _is_answer(message: Labelled) -> bool:
    """Whether its labels depend on what was asked, and on nothing that the mode tells."""
    if str(message.gold["note"]).startswith(("ctx", "ack")):
        return True
    short = message.context.last_bot and len(message.text.split()) <= _ANSWER
    return bool(short and message.context.mode == "conversacion")


def _optional(note: str) -> Mapping[str, str]:
    """``opt fields: ciudad=Cali``: read in it or not."""
    _, _, optional = note.partition("opt fields:")
    return {part.split("=")[0].strip(): DECLINED for part in optional.split(",") if "=" in part}


def _purpose(message: Labelled) -> str:
    intents = [intent for intent in message.gold["intents"] if intent != "hola"]
    if message.gold["wants_human"]:
        return "persona"
    if message.gold["class"] in ("datos", "mixto"):
        return str(message.gold["class"])
    if intents == ["fallback"]:
        return "disparate"
    if not intents:
        return "hola" if message.gold["intents"] else "nada"
    return intents[0] if len(intents) == 1 else "dos cosas"
