"""Comprehension without a key and without a network: rules, gazetteers, a small linear classifier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from morfx.adapters.offline import packs, together
from morfx.adapters.offline.acts import Acts, acts_of
from morfx.adapters.offline.classifier import Classifier, shipped
from morfx.adapters.offline.confidence import confidence
from morfx.adapters.offline.extraction import names
from morfx.adapters.offline.extraction.reading import DATA_MARK, Extraction, extract
from morfx.adapters.offline.intents import Meaning, Said, mean
from morfx.adapters.offline.message import READ
from morfx.adapters.offline.question import DECISIONS, Asked, asked
from morfx.adapters.offline.short_answer import short_answer, takes_note
from morfx.domain.completeness import FIELDS
from morfx.domain.comprehension import Comprehension, Context, IntentReading, MessageClass
from morfx.domain.spelling import plain

#: Words of a bare answer.
_BARE = 3
#: Answers of the shop, the last one among them, in which an open question is looked for.
_LOOKS_BACK = 3


class OfflineComprehender:
    """Understands what Colombians write to a shop on WhatsApp, in a few milliseconds."""

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._classifier = classifier

    def comprehend(self, texts: Sequence[str], context: Context) -> Comprehension:
        return self.read(texts, context).comprehension

    def read(self, texts: Sequence[str], context: Context) -> "Read":
        """The comprehension with what it was made of, for measuring and calibrating."""
        text = "\n".join(texts)[:READ]
        question = _left_open(plain(text), context)
        classifier = self._classifier or shipped()
        answer = short_answer(plain(text))
        # "no sé" declines the field that was asked for.
        bare = answer == "yes" or (answer == "not_yet" and question not in FIELDS)
        found = Extraction({}, plain(text), False) if bare else extract(text, question)
        if len(texts) > 1 and found.fields:
            asks: Asked = "form" if question == "form" else "nothing"
            said_alone = [extract(part, asks).fields for part in texts]
            found = replace(found, fields=together.fields(found.fields, said_alone))
        found = replace(found, fields=names.behind(context.known_fields, found.fields))
        acts = acts_of(found.rest, classifier)
        said = Said(
            plain=found.rest,
            acts=acts.done,
            pack=together.pack(texts, packs.named(found.rest.replace(DATA_MARK, " "))),
            has_data=bool(found.fields),
            answer=None if found.fields else answer,
        )
        said = replace(said, acts=_with_choice(said, acts, context, question))
        meaning = mean(said, context, question)
        return Read(
            _comprehension(meaning, found, said, acts, classifier), meaning, found, said, acts
        )


def _left_open(plain_text: str, context: Context) -> Asked:
    """What the text answers: the shop's last question, or, where its last words only told
    something, the decision it had asked for before."""
    question = asked(context.last_bot)
    settled = question != "nothing" or context.mode == "compra_confirmada"
    if settled or short_answer(plain_text) is None or takes_note(plain_text):
        return question
    told = [turn.content for turn in context.history if turn.role == "assistant" and turn.content]
    earlier = (asked(said) for said in reversed(told[-_LOOKS_BACK:-1]))
    return next((kind for kind in earlier if kind in DECISIONS), question)


@dataclass(frozen=True, slots=True)
class Read:
    comprehension: Comprehension
    meaning: Meaning
    found: Extraction
    said: Said
    acts: Acts


def _with_choice(said: Said, acts: Acts, context: Context, question: Asked) -> Mapping[str, float]:
    """A bare pack where packs were offered is a choice, whatever the words look like.

    Where two ways on were offered, "the first" is no pack.
    """
    if question == "promotions_or_person" and len(said.plain.split()) <= _BARE:
        ways = {"1x": "promos", "2x": "persona"}
        return {ways[said.pack]: 0.9} if said.pack in ways else said.acts
    offered = question == "which_pack" or context.mode in ("ofrecer_promos", "resumen")
    if (
        said.pack
        and offered
        and len(said.plain.split()) <= _BARE
        and "?" not in said.plain
        and not said.answer
    ):
        return {"elige": max(0.9, said.acts.get("elige", 0.0))}
    return said.acts


def _comprehension(
    meaning: Meaning, found: Extraction, said: Said, acts: Acts, classifier: Classifier
) -> Comprehension:
    intents = tuple(
        IntentReading(intent=intent, confidence=round(100 * meaning.odds.get(intent, 0.9), 1))
        for intent in meaning.intents
    )
    # Where something is answered, the surest thing to go by is the least sure of the answers;
    # where nothing is, how often such a reading was right; without a word there is nothing to read.
    wordless = not any(sign.isalnum() or sign in "?¿$" for sign in said.plain)
    sure = min(
        (reading.confidence for reading in intents),
        default=95.0 if wordless else confidence(meaning, found, said, acts, classifier),
    )
    return Comprehension(
        message_class=_class(meaning, found, said),
        intents=intents,
        alternatives=_alternatives(meaning, acts),
        fields=found.fields,
        pack=meaning.pack,
        wants_human=meaning.wants_human,
        confidence=sure,
        source="offline",
    )


def _class(meaning: Meaning, found: Extraction, said: Said) -> MessageClass:
    if found.fields:
        return "mixto" if meaning.intents else "datos"
    if said.answer == "same" and not meaning.intents:
        return "datos"
    return "irrelevante" if meaning.idle else "pregunta"


def _alternatives(meaning: Meaning, acts: Acts) -> tuple[IntentReading, ...]:
    rivals = sorted(acts.odds.items(), key=lambda pair: -pair[1])
    named = [(_NAMES.get(act, act), odds) for act, odds in rivals if odds >= 0.05]
    seen: dict[str, float] = {}
    for intent, odds in named:
        if intent and intent not in meaning.intents:
            seen.setdefault(intent, odds)
    return tuple(
        IntentReading(intent=intent, confidence=round(100 * odds, 1))
        for intent, odds in list(seen.items())[:3]
    )


#: Acts → the intent they would most likely be.
_NAMES = {
    "promos": "info_promociones",
    "comprar": "captura_datos_si_compra",
    "elige": "",
    "afirma": "",
    "niega": "",
    "duda": "no_confirmado",
    "persona": "fallback",
    "queja": "fallback",
    "fuera": "fallback",
    "inyeccion": "fallback",
    "ruido": "fallback",
    "nada": "",
}
