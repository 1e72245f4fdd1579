"""How right a comprehension is, by the label guide.

Intents are compared as sets, an alternative in the note is as good; fields without case, accents,
punctuation and order of the blocks of an address; a wrong value is a false positive and a false
negative; ``opt fields`` and a departamento inferred from the town are neither right nor wrong.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from morfx.domain.completeness import FIELDS
from morfx.domain.comprehension import Comprehension
from morfx.domain.spelling import plain

INTENTS = frozenset(
    "hola precio info_promociones contenido_envase como_se_toma modopago metodos_de_pago modopago2 "
    "envio invima ubicacion contraindicaciones sisirve captura_datos_si_compra ofrecer_promos "
    "resumen_1x resumen_2x resumen_3x compra_confirmada no_confirmado no_interesa fallback".split()
)
CLASSES = frozenset({"datos", "pregunta", "mixto", "irrelevante"})
_SAME_TOWN = {
    "bogota d c": "bogota",
    "bogota dc": "bogota",
    "cartagena de indias": "cartagena",
    "san jose de cucuta": "cucuta",
    "san andres de tumaco": "tumaco",
}
_BLOCKS = frozenset(
    "calle carrera avenida diagonal transversal circular circunvalar autopista via variante km "
    "manzana casa lote bloque torre interior apartamento piso etapa oficina local bodega edificio "
    "conjunto urbanizacion unidad supermanzana vereda finca hacienda parcela corregimiento sector "
    "rancheria resguardo barrio".split()
)
_MARK = re.compile(r"\b(alt intents?|alt class(?:es)?|opt fields?)\s*:\s*", re.IGNORECASE)
_VALUE = re.compile(
    rf"\b({'|'.join(FIELDS)})\s*=\s*(.*?)"
    rf"(?=[\s,;|]*\b(?:{'|'.join(FIELDS)})\s*=|[;|]|\.\s+[A-Za-zÁÉÍÓÚÑáéíóúñ¿'\"]|$)",
    re.DOTALL,
)
_ORDINALS = {"primer": "1", "segund": "2", "tercer": "3", "cuart": "4", "quint": "5", "sext": "6"}


@dataclass(frozen=True, slots=True)
class Note:
    """What a label's note allows beside the label."""

    intents: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    #: Field → values it may have; none named means any.
    fields: Mapping[str, list[str]] = field(default_factory=dict)


def read_note(note: str | None) -> Note:
    intents: set[str] = set()
    classes: set[str] = set()
    fields: dict[str, list[str]] = defaultdict(list)
    marks = list(_MARK.finditer(note or ""))
    ends = [mark.start() for mark in marks[1:]] + [len(note or "")]
    for mark, end in zip(marks, ends, strict=False):
        body = (note or "")[mark.end() : end]
        if mark[1].lower().startswith("alt i"):
            intents |= _leading(body, INTENTS)
        elif mark[1].lower().startswith("alt c"):
            classes |= _leading(body, CLASSES)
        elif found := _VALUE.findall(body):
            for name, value in found:
                fields[name].append(value.strip(" ,;"))
        else:
            fields.update((name, []) for name in _leading(body, frozenset(FIELDS)))
    return Note(frozenset(intents), frozenset(classes), dict(fields))


def intents_right(gold: Mapping[str, Any], said: frozenset[str], note: Note) -> bool:
    wanted = frozenset(gold["intents"])
    allowed = wanted | note.intents
    return said == wanted or bool(said & note.intents and said <= allowed and len(said) <= 2)


def class_right(gold: Mapping[str, Any], said: str, note: Note) -> bool:
    return said == gold["class"] or said in note.classes


def is_right(gold: Mapping[str, Any], read: Comprehension) -> bool:
    """Whether the agent would act rightly on this reading: class, intents, pack and person."""
    note = read_note(gold.get("note"))
    intents = frozenset(reading.intent for reading in read.intents)
    errors = [outcome for _, outcome in compare_fields(gold, read.fields) if outcome != "right"]
    return (
        class_right(gold, read.message_class, note)
        and intents_right(gold, intents, note)
        and read.pack == gold["pack"]
        and read.wants_human == gold["wants_human"]
        and not errors
    )


def compare_fields(gold: Mapping[str, Any], said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each field that counts, with right, missed, invented or other."""
    note = read_note(gold.get("note"))
    wanted = {name: value for name, value in gold["fields"].items() if str(value or "").strip()}
    given = {name: value for name, value in said.items() if str(value or "").strip()}
    inferable = "ciudad" in wanted or "ciudad" in note.fields
    for name in FIELDS:
        right, read = wanted.get(name), given.get(name)
        if right is not None and read is not None and same(name, right, read):
            yield name, "right"
            continue
        optional = read is not None and _is_optional(name, read, note)
        if optional or (name == "departamento" and right is None and inferable):
            continue
        if right is not None or read is not None:
            yield name, "missed" if read is None else "invented" if right is None else "other"


def counts(outcome: str) -> Counter[str]:
    """Right, false positives and false negatives in one outcome."""
    return {
        "right": Counter(right=1),
        "missed": Counter(missed=1),
        "invented": Counter(invented=1),
    }.get(outcome, Counter(missed=1, invented=1))


def precision(tally: Mapping[str, int]) -> float:
    read = tally["right"] + tally["invented"]
    return tally["right"] / read if read else 1.0


def recall(tally: Mapping[str, int]) -> float:
    said = tally["right"] + tally["missed"]
    return tally["right"] / said if said else 1.0


def f1(tally: Mapping[str, int]) -> float:
    twice = 2 * tally["right"]
    whole = twice + tally["missed"] + tally["invented"]
    return twice / whole if whole else 1.0


def same(name: str, one: str, other: str) -> bool:
    if name == "indicaciones_extra":
        return True
    left, right = _norm(one), _norm(other)
    if left == right or "n a" in (left, right):
        return left == right
    if name == "ciudad":
        return _SAME_TOWN.get(left, left) == _SAME_TOWN.get(right, right)
    if name == "departamento":
        return _department(left) == _department(right)
    if name == "telefono":
        return re.sub(r"\D", "", one) == re.sub(r"\D", "", other)
    if name == "direccion":
        return any(_blocks(one, commas) == _blocks(other, commas) for commas in (False, True))
    return False


def _leading(body: str, words: frozenset[str]) -> set[str]:
    one = "|".join(sorted(words, key=len, reverse=True))
    found = re.match(rf"\s*(?:(?:{one})\b(?:\s*(?:,|/|\+|\||\by\b|\bo\b)\s*)?)+", body)
    return set(re.findall(rf"\b(?:{one})\b", found[0])) if found else set()


def _is_optional(name: str, value: str, note: Note) -> bool:
    if name not in note.fields:
        return False
    allowed = note.fields[name]
    return not allowed or any(
        same(name, one, value) or _norm(one).startswith(_norm(value) + " ") for one in allowed
    )


def _norm(text: str) -> str:
    folded = plain(str(text).replace("º", "").replace("ª", ""))
    return " ".join(re.findall(r"[a-z0-9]+", folded))


def _department(name: str) -> str:
    return "san andres" if "san andres" in name else "bogota" if name.startswith("bogota") else name


def _blocks(text: str, commas: bool) -> list[str]:
    found: list[str] = []
    for part in re.split(r"[,;\n]", text) if commas else [text]:
        block: list[str] = []
        for word in _address_words(part):
            if word in _BLOCKS and block:
                found.append(" ".join(block))
                block = []
            block.append(word)
        found += [" ".join(block)] if block else []
    return sorted(found)


def _address_words(text: str) -> list[str]:
    words = re.sub(r"\bkilometro\b", "km", _norm(text))
    words = re.sub(r"(\d[a-z]?)(bis|sur|norte|este|oeste)\b", r"\1 \2", words)
    words = re.sub(r"(\d) ([a-z])\b", r"\1\2", words)
    return re.sub(
        r"\b(\w+) (piso|etapa|avenida|calle|carrera)\b", _unit_before_number, words
    ).split()


def _unit_before_number(match: re.Match[str]) -> str:
    written = re.fullmatch(r"([1-6])(?:er|era|ero|ra|ro|da|do|ta|to)", match[1])
    said = next((n for word, n in _ORDINALS.items() if match[1].startswith(word)), None)
    number = written[1] if written else said
    return f"{match[2]} {number}" if number else match[0]
