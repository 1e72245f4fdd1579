"""Who buys or receives: introduced by a phrase, or standing where a name stands."""

import re
from collections.abc import Mapping

from morfx.adapters.offline.message import Message
from morfx.adapters.offline.vocabulary import CONNECTORS, everyday_words
from morfx.domain import person_name, places
from morfx.domain.comprehension import DECLINED

_FULL = re.compile(
    r"\b(?:(?:mi |el |su )?(?:primer |segundo )?nombres?(?! (?:de|del) (?:la |el |un |una )?(?:transp|empre|prod|env|lab|banc|marc|tien|pag|fras|past))(?: completos?)?(?: y apellidos?| apellidos?)?"
    r"(?: (?:quedo|esta|va|quedaba|quedo escrito) mal(?: escrito| puesto)?,?)?(?: (?:es|son|seria|va)\b)?[ :=.*-]*"
    r"|me llamo |se llama |a nombre mio[ ,:]+|a nombre de? |a nombre del? |(?:quien )?recibe ?: ?|"
    r"dest?inatari[oa][ :]*|client[ea] ?: ?)"
    r"(?:(?:es|el|la|mi|don|dona|senor|senora|sr|sra|hermano|hermana|esposo|esposa|mama|papa|hijo|hija|vecina|vecino|tia|tio|prima|primo|cunada|suegra|de)\b[ .:]*){0,3}(?=[a-z])"
)
_SOY = re.compile(
    r"\b(?:soy|con|habla con|solo|para|pa|con la senora|mi (?:senora|esposa|esposo|mama|papa|hija|hijo|hermana|hermano) es|a mi (?:vecin[oa]|herman[oa]|mama|papa|espos[oa]|hij[oa]|prim[oa]|ti[oa]|suegr[oa]|cunad[oa]|abuel[oa])|de parte de|recibe|lo recibe|lo va a recibir|quien recibe(?: es)?|le habla|habla|le escribe|pedido de) "
    r"(?:(?:el|la|yo|mi|don|dona|senor|senora|hermano|hermana|esposo|esposa|mama|papa|hijo|hija)\b ?){0,3}(?=[a-z])"
)
_SURNAME = re.compile(
    r"\b(?:mi |el |su |y )?(?:primer )?apellidos?(?: (?:quedo|esta|va) mal(?: escrito| puesto)?)?,?(?: (?:es|son)\b)?(?: con \w\b)?(?: es\b)?[ :=.*-]*(?=[a-z])"
)
_LONGEST = 7


def find(message: Message) -> dict[str, str]:
    """``nombre`` and ``apellido`` introduced as such."""
    found: dict[str, str] = {}
    for _, start, end in list(message.matches(_SURNAME)):
        stop = _end(message, end)
        both = message.at(start) == "y" and message.at(start - 1).startswith("nombre")
        if stop > end and "apellido" not in found and not both:
            found["apellido"] = person_name.written(message.said(end, stop))
            message.take(start, stop, "nombre")
    for pattern, trusting in ((_FULL, True), (_SOY, False)):
        for _, start, end in list(message.matches(pattern)):
            stop = _end(message, end)
            if "nombre" in found or stop == end or not (trusting or _is_person(message, end, stop)):
                continue
            if message.at(start) in ("para", "pa", "con", "solo") and not _closed(message, stop):
                continue
            if message.at(start) == "con" and start and not message.breaks(start - 1):
                continue  # "lo dejan con don Álvaro" is somebody else
            message.take(start, stop, "nombre")
            found |= _split(message.said(end, stop), surname_known="apellido" in found)
    return found


def find_standing_alone(message: Message, *, data: bool) -> dict[str, str]:
    """A run of names between other data, or the whole message."""
    for start, end in _free_runs(message):
        alone = all(
            not message.free(at) or message.breaks(at)
            for at in (*range(start), *range(_origin_end(message, end), len(message)))
        )
        if not (data or alone) or not _all_names(message, start, end, data=data):
            continue
        if message.has("direccion") and places.prominent(" ".join(message.tokens(start, end))):
            continue
        message.take(start, end, "nombre")
        return _with_surname_below(
            message, end, _split(message.said(start, end), surname_known=False)
        )
    return {}


def behind(known: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, str]:
    """Two surnames that come after the given name alone are both the surname."""
    name, surname = given.get("nombre"), given.get("apellido")
    alone = known.get("nombre", DECLINED) != DECLINED and not known.get("apellido")
    if not (alone and name and surname) or person_name.is_given(name):
        return given
    if not person_name.is_surname(name):
        return given
    rest = {field: value for field, value in given.items() if field != "nombre"}
    return {**rest, "apellido": f"{name} {surname}"}


def _with_surname_below(message: Message, end: int, found: dict[str, str]) -> dict[str, str]:
    """A surname on the line right below the given name."""
    start = end + 1
    stop = message.segment(start)[1] if message.at(end) in ("\n", ",") else start
    surnames = message.tokens(start, stop)
    alone = 1 <= len(surnames) <= 2 and all(map(message.free, range(start, stop)))
    if "apellido" in found or not alone or not all(map(person_name.is_surname, surnames)):
        return found
    if places.prominent(" ".join(surnames)):
        return found
    message.take(start, stop, "nombre")
    return {**found, "apellido": person_name.written(message.said(start, stop))}


def answer(message: Message, field: str) -> dict[str, str]:
    """The whole message, short, as the name asked for."""
    lead = _LEAD - CONNECTORS if field == "apellido" else _LEAD | _FAMILY
    start = next(at for at in range(len(message) + 1) if message.at(at) not in lead)
    end = _end(message, start)
    rest = [message.at(at) for at in range(end, len(message)) if message.at(at).isalpha()]
    if end == start or len(rest) > 2 or is_noise(" ".join(message.tokens(start, end))):
        return {}
    message.take(start, end, "nombre")
    said = message.said(start, end)
    if field == "apellido":
        return {"apellido": person_name.written(said)}
    return _split(said, surname_known=False)


#: "mi esposa, Luz Adriana": who it is, before the name.
_FAMILY = frozenset(
    "esposa esposo mama papa hija hijo hermana hermano abuela abuelo tia tio prima primo suegra suegro nuera yerno novia novio madre padre mujer marido , :".split()
)
_LEAD = frozenset(
    {
        "con",
        "a",
        "de",
        "mi",
        "es",
        "el",
        "la",
        "soy",
        "si",
        "claro",
        "solo",
        "pa",
        "para",
        "seria",
        "dona",
        "senor",
        "senora",
        "don",
        "ok",
        "bueno",
    }
)


#: What places are called and people are not: ``villa del prado``.
_OF_PLACES = frozenset(
    "villa villas altos alto portal puerta brisas prado prados mirador valle valles santa puerto rincon balcones lomas colinas ciudadela jardines bosques torres parque reserva hacienda".split()
)


def _origin_end(message: Message, end: int) -> int:
    """Past "de Envigado", which the towns are read from later."""
    return end + 2 if message.at(end) == "de" and _is_town(message, end + 1) else end


def _split(text: str, *, surname_known: bool) -> dict[str, str]:
    if surname_known:
        return {"nombre": person_name.written(text)}
    given, surname = person_name.split(text)
    return {"nombre": given, **({"apellido": surname} if surname else {})}


def _end(message: Message, start: int) -> int:
    """Where the name beginning here ends."""
    at, names = start, 0
    while at < min(len(message), start + _LONGEST) and message.free(at):
        word = message.at(at)
        if word == "de" and _is_town(message, at + 1):
            break
        if word in CONNECTORS - {"y", "el"}:
            at += 1
        elif _may_be_name(word) or _is_surname_behind(message, at, start):
            at, names = at + 1, names + 1
        else:
            break
    while at > start and message.at(at - 1) in CONNECTORS:
        at -= 1
    return at if names else start


def _is_surname_behind(message: Message, at: int, start: int) -> bool:
    """``marina cuesta``: an everyday word, but a surname right behind a name or its label."""
    before = message.at(at - 1) if message.at(at - 1) != ":" else message.at(at - 2)
    labelled = at == start and before in ("apellido", "apellidos")
    behind = at > start and person_name.is_known(before)
    return message.at(at) in _ALSO_SURNAMES and (labelled or behind)


_ALSO_SURNAMES = frozenset({"cuesta", "plata", "amigo", "bueno", "caro", "vale", "vecino", "claro"})


def _is_town(message: Message, start: int) -> bool:
    """``juan de cali``: where he is from, not what he is called."""
    names = [" ".join(message.tokens(start, end)) for end in range(start + 1, start + 5)]
    surname = person_name.is_surname(message.at(start))
    return any(map(places.prominent if surname else places.towns, names))


def _may_be_name(word: str) -> bool:
    return (
        word.isalpha()
        and len(word) > 1
        and (word not in everyday_words() or word in ("luz", "sol"))
    )


def _is_person(message: Message, start: int, end: int) -> bool:
    first, second = message.at(start), message.at(start + 1)
    if first in CONNECTORS or len(first) < 3:
        return False
    if not person_name.is_given(first):
        capital = message.words[start].text[:1].isupper()
        return start + 1 < end and capital and person_name.is_surname(second)
    return all(
        person_name.is_known(word) or word in CONNECTORS
        for word in message.tokens(start, min(end, start + 3))
    )


def _closed(message: Message, end: int) -> bool:
    return end >= len(message) or message.breaks(end) or not message.free(end)


def _free_runs(message: Message) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = 0
    for at in range(len(message) + 1):
        if (
            at == len(message)
            or not message.free(at)
            or message.breaks(at)
            or message.at(at) in "()[]*:-."
            or (message.at(at) == "y" and message.at(at + 1) in everyday_words())
        ):
            runs.append((start, at))
            start = at + 1
    return [_trimmed(message, *run) for run in runs if run[1] > run[0]]


def _trimmed(message: Message, start: int, end: int) -> tuple[int, int]:
    """The run without "de" before the town and "si claro" before the name."""
    while start < end and message.at(start) in _LEAD | {
        "ok",
        "mira",
        "bueno",
        "listo",
        "hola",
        "buenas",
    }:
        start += 1
    origin = (
        at for at in range(start, end) if message.at(at) == "de" and _is_town(message, at + 1)
    )
    end = next(origin, end)
    while end > start and message.at(end - 1) in (
        "de",
        "en",
        "y",
        "desde",
        "del",
        "la",
        "el",
        "mi",
        "al",
        "con",
    ):
        end -= 1
    return start, end


def _all_names(message: Message, start: int, end: int, *, data: bool) -> bool:
    tokens = message.tokens(start, end)
    names = [word for word in tokens if word not in CONNECTORS]
    behind = set(names[1:]) & _ALSO_SURNAMES
    if not 1 <= len(names) <= 5 or not all(_may_be_name(name) or name in behind for name in names):
        return False
    known = sum(map(person_name.is_known, names))
    if names[0] in _OF_PLACES and tokens[1:2] and tokens[1] in CONNECTORS:
        return False
    if not person_name.is_given(names[0]):
        # "yaneris polo": no list knows all the names parents give.
        return data and len(names) > 1 and known * 2 >= len(names) and not _is_town(message, start)
    return known * 2 >= len(names) if data else known * 2 > len(names)


def is_noise(text: str) -> bool:
    """Keys struck at random, laughter: no name has five consonants in a row."""
    return bool(re.search(r"[bcdfghjklmnpqrstvwxyz]{5}|(.)\1\1|^(?:ja|je|ji)+$|asdf|qwer", text))
