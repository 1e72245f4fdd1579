"""The labelled messages and utterances the offline comprehension learns from."""

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from morfx.adapters.offline.extraction.reading import DATA_MARK, extract
from morfx.adapters.offline.question import asked
from morfx.adapters.offline.short_answer import short_answer
from morfx.domain.comprehension import Context
from morfx.domain.spelling import plain

FOLDER = Path(__file__).parent / "corpus"
#: Written for this project; one act or more per section.
UTTERANCES = FOLDER / "utterances.txt"
#: The labelled messages that are measured.
DEVELOPMENT = FOLDER / "dev.jsonl"
#: More labelled messages: former blind sets; only learnt from.
PRACTICE = FOLDER / "practice.jsonl"
#: Labelled messages no weight is trained on.
BLIND = FOLDER / "blind.jsonl"
FOLDS = 5
_SEED = 20261121
_COMBINED = 2200
_FRAMED = 1600
#: How people lead up to a question, and how they end it.
_LEADS = (
    "quiero saber",
    "quisiera saber",
    "me gustaria saber",
    "es para preguntar",
    "una pregunta,",
    "disculpe,",
    "me podria decir",
    "me puede decir",
    "digame",
    "mire es que queria saber",
    "oiga",
    "veci",
    "señorita",
    "sumerce",
    "y",
    "ok y",
    "pero",
    "ah bueno y",
    "sera que",
    "antes de eso",
    "otra preguntica,",
)
_ENDS = (
    "por favor",
    "porfa",
    "gracias",
    "veci",
    "parce",
    "mi amor",
    "señorita",
    "pues",
    "cierto",
    "o que",
    "?",
    "🙏",
)
_JOINTS = (" y ", " ", ", ", "\n", "? ", ". ", " y tambien ", " pero ")
_QUESTIONS = frozenset(
    "precio promos contenido_envase como_se_toma modopago metodos_de_pago modopago2 envio invima "
    "ubicacion contraindicaciones sisirve comprar elige".split()
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message as the label guide has it; ``note`` may name alternatives."""

    id: str
    text: str
    context: Context
    gold: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """A text the classifier learns, and all it does."""

    text: str
    acts: frozenset[str]


def messages(path: Path) -> list[Labelled]:
    """The messages of a corpus file; labels and notes may be missing."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Labelled(
            id=str(row["id"]),
            text=row["text"],
            context=Context(
                mode=(row.get("context") or {}).get("mode") or "conversacion",
                last_bot=(row.get("context") or {}).get("last_bot"),
            ),
            gold=row,
        )
        for row in rows
    ]


def fold_of(message: Labelled) -> int:
    """The fixed part of the cross-validation a message belongs to."""
    return int(hashlib.sha256(message.id.encode()).hexdigest(), 16) % FOLDS


def fingerprint() -> str:
    """SHA-256 of everything the shipped weights are trained on."""
    files = (UTTERANCES, DEVELOPMENT, PRACTICE)
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def labelled() -> list[Labelled]:
    """Every labelled message to learn from."""
    return [*messages(DEVELOPMENT), *messages(PRACTICE)]


def utterances() -> list[Example]:
    acts: frozenset[str] = frozenset()
    examples: list[Example] = []
    for line in UTTERANCES.read_text("utf-8").splitlines():
        if line.startswith("## "):
            acts = frozenset(line[3:].split())
        elif line.strip() and not line.startswith("# "):
            examples.append(Example(plain(line), acts - {"nada"} if len(acts) > 1 else acts))
    return examples


def examples(labelled: Sequence[Labelled], share: float = 1.0) -> list[Example]:
    """What the classifier is trained on: utterances, messages, combined, and with courtesies."""
    single = [example for example in utterances() if _chance(example.text) < share]
    real = [example for message in labelled for example in _example(message)]
    return [*single, *real, *real, *_combined([*single, *real]), *_framed(single)]


def _chance(text: str) -> float:
    """A number from 0 to 1 that is always the same for a text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def _example(message: Labelled) -> Iterator[Example]:
    if short_answer(plain(message.text)):
        return
    rest = extract(message.text, asked(message.context.last_bot)).rest
    yield Example(rest, frozenset(_acts(message)))


def _acts(message: Labelled) -> list[str]:
    """The acts behind the labels."""
    gold = message.gold
    acts = [_act(intent, gold) for intent in gold["intents"]]
    return acts or ["nada"]


def _act(intent: str, gold: Mapping[str, Any]) -> str:
    if intent == "fallback":
        return _kind_of_fallback(gold)
    if intent.startswith("resumen_"):
        return "elige"
    if intent == "no_confirmado":
        return "duda"
    named = {
        "captura_datos_si_compra": "comprar",
        "compra_confirmada": "afirma",
        "info_promociones": "promos",
        "ofrecer_promos": "promos",
    }
    return named.get(intent, intent)


def _kind_of_fallback(gold: Mapping[str, Any]) -> str:
    if gold["wants_human"]:
        complaint = ("queja", "reclamo", "dev", "cobr", "llego", "dias", "borr", "roto", "respond")
        return "queja" if any(word in plain(gold["text"]) for word in complaint) else "persona"
    if gold["class"] == "irrelevante":
        return "ruido"
    return "inyeccion" if gold.get("note", "").startswith("inj") else "fuera"


def _combined(single: Sequence[Example]) -> list[Example]:
    """Two or three things said in one message, as customers do."""
    dice = random.Random(_SEED)  # noqa: S311  # not for secrets: the same combinations every time
    by_act: dict[str, list[Example]] = {}
    for example in single:
        if len(example.acts) == 1 and len(example.text) < 80:
            by_act.setdefault(next(iter(example.acts)), []).append(example)
    greeted = sorted(_QUESTIONS | {"persona", "queja", "fuera", "no_interesa"})
    asking = sorted(_QUESTIONS)
    made = []
    for turn in range(_COMBINED):
        first, second = dice.choice(asking), dice.choice(asking)
        kinds = (
            ["hola", dice.choice(greeted)],
            [first, second],
            [DATA_MARK, first],
            [first, DATA_MARK],
            ["hola", DATA_MARK],
            ["afirma", first],
            ["hola", first, second],
            [dice.choice(["nada", "duda"]), first],
        )[turn % 8]
        made.append(_said_together(kinds, by_act, dice))
    return made


def _framed(single: Sequence[Example]) -> list[Example]:
    """Questions with the courtesies around them, which mean nothing."""
    dice = random.Random(_SEED)  # noqa: S311  # not for secrets: the same frames every time
    asking = [example for example in single if example.acts <= _QUESTIONS - {"elige", "comprar"}]
    made = []
    for turn in range(_FRAMED):
        example = dice.choice(asking)
        lead = dice.choice(_LEADS) if turn % 3 != 1 else ""
        end = dice.choice(_ENDS) if turn % 3 != 0 else ""
        made.append(Example(plain(f"{lead} {example.text} {end}".strip()), example.acts))
    return made


def _said_together(
    kinds: Sequence[str], by_act: Mapping[str, Sequence[Example]], dice: random.Random
) -> Example:
    parts = [DATA_MARK if kind == DATA_MARK else dice.choice(by_act[kind]).text for kind in kinds]
    acts = frozenset(kind for kind in kinds if kind not in (DATA_MARK, "nada"))
    text = parts[0]
    for part in parts[1:]:
        text += dice.choice(_JOINTS) + part
    return Example(text, acts)
