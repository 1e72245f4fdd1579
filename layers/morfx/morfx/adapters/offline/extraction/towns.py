"""Where the customer is: municipality and departamento."""

from collections.abc import Iterator
from dataclasses import dataclass

from morfx.adapters.offline.message import Message
from morfx.adapters.offline.vocabulary import CONNECTORS, everyday_towns, everyday_words
from morfx.domain import places
from morfx.domain.person_name import is_given, is_known
from morfx.domain.spelling import key

_OF_PLACE = frozenset(
    {"en", "pa", "para", "hacia", "ciudad", "municipio", "desde", "mpio", "hasta"}
)
_OF_HOME = frozenset(
    {"soy", "vivo", "estoy", "somos", "vivimos", "resido", "ubicada", "ubicado", "estamos"}
)
_NAMES_A_PART = frozenset(
    "barrio vereda finca via calle avenida conjunto urbanizacion edificio sector b brr br corregimiento "
    "vda urb edif".split()
)
#: Also a town, in Huila.
_COUNTRY = "colombia"
_DEPARTMENT_CUES = frozenset({"departamento", "dpto", "depto", "dto", "dep", "depart"})


@dataclass(frozen=True, slots=True)
class Place:
    """A town, or only a departamento, at these words of the message."""

    start: int
    end: int
    name: str
    town: bool
    #: The departamento said right after the town.
    department: str | None = None


def find_pair(message: Message) -> Place | None:
    """A town with its departamento right behind it: ``pitalito, huila``."""
    pairs = [place for place in _mentions(message) if place.department]
    pairs = [place for place in pairs if not _names_something_else(message, place)]
    return pairs[-1] if pairs else None


def find_alone(message: Message, *, asked: bool) -> Place | None:
    """A town without departamento: introduced, on its own between commas, or unmistakable."""
    scored = [(_weight(message, place, asked), place) for place in _mentions(message) if place.town]
    likely = [pair for pair in scored if pair[0] > 0]
    # "¿tienen oficina en Bogotá? Soy de Pitalito"
    told = [(weight, place) for weight, place in likely if message.at(place.end) != "?"]
    return max(told or likely, key=_rank)[1] if likely else None


def _rank(weighed: tuple[int, Place]) -> tuple[int, int, int]:
    """Of towns named alike surely the better known, then the one said last."""
    weight, place = weighed
    return weight, places.towns(place.name)[0].prominence, place.start


def find_misspelt(message: Message, *, asked: bool) -> Place | None:
    """A word close to a town's name where a town is introduced, or asked for."""
    for start in range(len(message)):
        if not (
            message.free(start) and message.words[start].is_name and len(message.at(start)) > 3
        ):
            continue
        _, stop = message.segment(start)
        alone = message.segment(start)[0] == start
        introduced = message.at(start - 1) in _OF_PLACE or _home_before(message, start)
        if not (introduced or asked or (alone and message.has("direccion"))):
            continue
        for end in range(min(stop, start + 4), start, -1):
            name = " ".join(message.tokens(start, end))
            if message.tokens(start, end)[-1] in everyday_words() or is_known(message.at(start)):
                continue
            if all(map(message.free, range(start, end))) and places.misspelt_towns(name):
                return Place(start, end, name, True)
    return None


def find_department(message: Message, *, asked: bool) -> Place | None:
    """A departamento said apart from the town."""
    for start, end, text in _runs(message):
        name = places.department(text)
        cued = message.at(start - 1) in _DEPARTMENT_CUES or (
            message.at(start - 1) in (":", "es", "de", "=")
            and message.at(start - 2) in _DEPARTMENT_CUES
        )
        first, last = message.segment(start)
        alone = (first, last) == (start, end) and message.has("ciudad")
        # "el bordo, cauca": a hamlet no list knows, but the departamento ends its line.
        alone = alone or (last == end and 0 < start - first <= 3 and _data(message))
        if name and (cued or asked or alone):
            return Place(start, end, name, False)
    return None


def trailing_town(message: Message, start: int, end: int) -> int:
    """Where a town begins at the end of these words, keeping at least one; ``end`` if none does."""
    names = 0
    for at in range(start + 1, end):
        names += message.at(at - 1) not in CONNECTORS
        if not names:
            continue
        name = " ".join(message.tokens(at, end))
        found = places.towns(name)
        if found and key(name) not in everyday_towns() and not is_known(message.at(end - 1)):
            return at
        if found and found[0].prominence and key(name) not in everyday_towns():
            return at
    return end


def _mentions(message: Message) -> Iterator[Place]:
    """Every name of a town over free words, the longest from each beginning."""
    at = 0
    runs = {start: (end, text) for start, end, text in _runs(message, towns=True)}
    while at < len(message):
        if at not in runs:
            at += 1
            continue
        end, text = runs[at]
        department, after = _department_after(message, end)
        yield Place(at, after, text, True, department)
        at = after


def _runs(message: Message, *, towns: bool = False) -> Iterator[tuple[int, int, str]]:
    """From each beginning, the longest run that names a town (or a departamento)."""
    for start in range(len(message)):
        if not message.free(start) or not message.words[start].is_name:
            continue
        for end in range(min(len(message), start + places.LONGEST), start, -1):
            if not all(map(message.free, range(start, end))) or not message.words[end - 1].is_name:
                continue
            text = (
                key(message.said(start, end)) if end - start == 1 else _phrase(message, start, end)
            )
            if text and (places.towns(text) if towns else places.department(text)):
                yield start, end, text
                break


def _phrase(message: Message, start: int, end: int) -> str:
    tokens = message.tokens(start, end)
    return "" if set(tokens) & {",", "\n", ";", "?"} else key(" ".join(tokens))


def _department_after(message: Message, end: int) -> tuple[str | None, int]:
    """The departamento right behind a town, past a comma, a bracket or a line break."""
    start = end
    while (
        message.at(start)
        in (",", "-", "(", "\n", ".", "/", "departamento", "dpto", "depto", "del", "de")
        and start < end + 3
    ):
        start += 1
    for stop in range(min(len(message), start + 5), start, -1):
        if all(map(message.free, range(start, stop))) and message.words[stop - 1].is_name:
            name = places.department(_phrase(message, start, stop))
            if name:
                return name, stop
    return None, end


def _names_something_else(message: Message, place: Place) -> bool:
    """``barrio colombia, huila``, ``luz victoria caldas``: the town's name is a part of another."""
    before = message.at(place.start - 1)
    town = places.town(place.name, place.department)
    consistent = bool(town and town.department == place.department)
    person = is_given(before) and is_known(place.name)
    return not consistent or before in _NAMES_A_PART or person


def _home_before(message: Message, start: int) -> bool:
    before = message.tokens(max(0, start - 3), start)
    return (
        bool(before) and before[-1] in ("de", "en", "del", "por") and bool(set(before) & _OF_HOME)
    )


def _weight(message: Message, place: Place, asked: bool) -> int:
    """How surely these words are the customer's town; 0: they are not."""
    before = message.at(place.start - 1)
    everyday = place.name in everyday_towns()
    prominence = places.towns(place.name)[0].prominence
    unlikely = place.name in everyday_words() or (place.name == _COUNTRY and not asked)
    if unlikely or before in _NAMES_A_PART:
        return 0
    if before in (":", "=", "es") and message.at(place.start - 2) in _OF_PLACE:
        return 9
    if before in _OF_PLACE or _home_before(message, place.start):
        return 8
    start, end = message.segment(place.start)
    if (start, end) == (place.start, place.end) and (asked or not everyday or _data(message)):
        return 2 if is_known(place.name.split()[0]) and not asked else 6
    if asked:
        return 5
    if is_known(place.name) and not prominence:
        return 0
    named = before in ("de", ",") or message.taken[place.start - 1 : place.start] == ["nombre"]
    if place.end == end or named or _data(message):
        return 0 if everyday else 4 + prominence // 2
    return 0 if everyday else 1


def _data(message: Message) -> bool:
    return any(owner in ("direccion", "telefono", "correo", "barrio") for owner in message.taken)
