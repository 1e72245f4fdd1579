"""Which acts a text does: its opening, all of it, and each of its clauses on its own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from morfx.adapters.offline import packs, plain_words
from morfx.adapters.offline.classifier import Classifier
from morfx.adapters.offline.extraction.reading import DATA_MARK
from morfx.adapters.offline.injection import gives_orders
from morfx.adapters.offline.opening import Opening, opening
from morfx.adapters.offline.person_request import (
    asks_for_person,
    buys_wholesale,
    complains_of_delay,
    speaks_of_another,
)

#: A text does what is at least this likely.
LIKELY = 0.5
#: Beside data an intent must stand out: what is left of a form is little more than its labels.
_LIKELY_BESIDE_DATA = 0.55
#: A clause alone counts a little less than the whole: it has lost its surroundings.
_CLAUSE = 0.92
#: How much the plainest clause weighs against the whole.
_WEIGHT = 0.65
_MOST_CLAUSES = 6
#: How likely a pack that is asked about is chosen all the same.
_ASKED_ABOUT = 0.05
#: "precio y domicilio": so short a text has clauses of one word.
_TERSE = 4
#: A second act without a clause of its own must be this likely.
_BEYOND_DOUBT = 0.75
#: A greeting the opening's words do not know is short.
_LONGEST_GREETING = 5
_CUT = re.compile(r"[\n?!;.,]+|\by\b|\be\b|\bpero\b|\bademas\b|\btambien\b")
#: What may stand around data and says nothing.
_LABELS = re.compile(
    r"\b(?:el|la|los|las|mi|mis|es|son|soy|vivo|en|y|e|de|del|para|pa|a|al|con|por|numero|cel|celu|celular|telefono|tel|nombres?|apellidos?|"
    r"direccion|dir|barrio|ciudad|municipio|departamento|dpto|correo|email|mail|casa|hola|buenas|estos?|datos?|anote|ahi|aca|aqui|que|q|se|llama|"
    r"ok|listo|bueno|mire|mira|si|no|este|ese|pues|seria|queda|senora?|don|dona|cedula|cc|tengo|mismo|perdon|corrijo|digo|porfa|favor|gracias|yo|me|nos|le|un|una)\b|[^\w?]|\d"
)
#: "¿y a Mitú?" goes on asking where parcels go.
_FOLLOW_UP = re.compile(rf"^\W*y (?:a|para|pa|hasta)(?: el| la)? {DATA_MARK}\W*$")
_SILENT = frozenset({"nada", "hola", "ruido", "niega"})


@dataclass(frozen=True, slots=True)
class Acts:
    #: Act → 0 to 1, all of them.
    odds: Mapping[str, float]
    #: Those the text does, in the order said.
    done: Mapping[str, float]


def acts_of(text: str, classifier: Classifier) -> Acts:
    """The acts of a plain text in which data is marked."""
    opened = opening(text)
    if gives_orders(text):
        odds = {**classifier.probabilities(text), "inyeccion": 0.95}
        return Acts(odds, _done(odds, [], opened, LIKELY))
    plainly = _plainly(text, opened)
    if plainly:
        return plainly
    whole, parts = _scores(opened.rest if opened.rest.strip() else text, classifier)
    odds = {act: _joined(value, [part[act] for part in parts]) for act, value in whole.items()}
    _weigh_choice(odds, opened.rest)
    plain_words.weigh(odds, opened.rest)
    if buys_wholesale(text) or (asks_for_person(text) and odds["queja"] < LIKELY):
        odds["persona"] = max(odds["persona"], 0.85)
    elif speaks_of_another(text):
        odds["persona"] = 0.0
    if complains_of_delay(text):
        odds["queja"] = max(odds["queja"], 0.85)
        odds["envio"] = min(odds["envio"], 0.2)
    likely = _LIKELY_BESIDE_DATA if DATA_MARK in text else LIKELY
    return Acts(odds, _done(odds, parts, opened, likely))


def _plainly(text: str, opened: Opening) -> Acts | None:
    """The acts of a text that is no more than a greeting, or than data and its labels."""
    if opened.greets and not opened.rest.strip():
        return Acts({"hola": 0.97}, _opened(opened))
    if DATA_MARK not in text:
        return None
    if _FOLLOW_UP.match(opened.rest):
        return Acts({"envio": 0.8}, {**_opened(opened), "envio": 0.8})
    if not _said_besides(opened.rest):
        done = _opened(opened) or {"nada": 0.97}
        return Acts(done, done)
    return None


def _said_besides(text: str) -> bool:
    """Whether anything but labels stands around the data."""
    around = text.replace(DATA_MARK, " ")
    return bool(packs.named(around) or _LABELS.sub("", around))


def _scores(text: str, classifier: Classifier) -> tuple[dict[str, float], list[dict[str, float]]]:
    shortest = 1 if len(text.split()) <= _TERSE else 2
    clauses = [clause for clause in _CUT.split(text) if len(clause.split()) >= shortest]
    clauses = clauses[:_MOST_CLAUSES]
    parts = [classifier.probabilities(clause) for clause in clauses] if len(clauses) > 1 else []
    return classifier.probabilities(text), parts


def _weigh_choice(odds: dict[str, float], text: str) -> None:
    """A pack asked about is not chosen; one named in a clause of its own is."""
    chosen = packs.chosen(text)
    written = packs.written_out(text) and odds["ruido"] < LIKELY
    if chosen and (written or odds["elige"] >= 0.1):
        odds["elige"] = max(odds["elige"], 0.8)
    elif not chosen and packs.asked_about(text):
        odds["elige"] = min(odds["elige"], _ASKED_ABOUT)


def _done(
    odds: Mapping[str, float], parts: Sequence[Mapping[str, float]], opened: Opening, likely: float
) -> dict[str, float]:
    done = [act for act in odds if odds[act] >= likely and act != "hola"]
    done = _founded(done, odds, parts) or _best(odds, opened)
    places = {act: max(range(len(parts)), key=lambda at: parts[at][act]) for act in done if parts}
    ordered = sorted(done, key=lambda act: places.get(act, 0))
    return {**_opened(opened, odds), **{act: odds[act] for act in ordered}}


def _founded(
    done: Sequence[str], odds: Mapping[str, float], parts: Sequence[Mapping[str, float]]
) -> list[str]:
    """Of several acts those with a clause of their own, or beyond doubt."""
    if len(done) < 2:
        return list(done)
    best = max(done, key=lambda act: odds[act])
    leading = {max(part, key=lambda act: part[act]) for part in parts}
    return [act for act in done if act == best or odds[act] >= _BEYOND_DOUBT or act in leading]


def _best(odds: Mapping[str, float], opened: Opening) -> list[str]:
    """Nothing is likely: the likeliest, a question before silence where something was asked."""
    if opened.greets and not opened.rest.strip():
        return []
    asks = "?" in opened.rest or (opened.greets and len(opened.rest.split()) >= 3)
    chatter = odds["hola"] < LIKELY and len(opened.rest.split()) > _LONGEST_GREETING
    silent = _SILENT if asks else frozenset({"hola"} if chatter else ())
    rivals = [act for act in odds if act not in silent]
    return [max(rivals, key=lambda act: odds[act])]


def _opened(opened: Opening, odds: Mapping[str, float] | None = None) -> dict[str, float]:
    found: dict[str, float] = {}
    short = len(opened.rest.split()) <= _LONGEST_GREETING
    if opened.greets or (short and odds and odds.get("hola", 0.0) >= LIKELY):
        found["hola"] = max(0.97 if opened.greets else 0.0, odds.get("hola", 0.0) if odds else 0.0)
    if opened.assents:
        found["afirma"] = 0.9
    return found


def _joined(whole: float, parts: list[float]) -> float:
    """The whole text's odds, raised by a clause that says it plainly."""
    best = max(parts, default=0.0) * _CLAUSE
    return max(whole, whole * (1 - _WEIGHT) + best * _WEIGHT if best > 0.5 else whole)
