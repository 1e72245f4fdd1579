"""The barrio: named, or the words between an address and its town."""

import re

from morfx.adapters.offline.extraction import addresses
from morfx.adapters.offline.extraction.towns import trailing_town
from morfx.adapters.offline.message import Message
from morfx.adapters.offline.vocabulary import CONNECTORS, everyday_words
from morfx.domain import places
from morfx.domain.person_name import is_given, is_known

_CUE = re.compile(
    r"\b(?:(?:barrios?|bario|barri|brr|br|bo)\b|b ?/)(?: (?:es|se llama|llamado|a|por)\b)?[ :.=*]*(?:es )?(?=\w)"
)
_NUMBERED = re.compile(r"(?:\d{1,2} de [a-z]+|\d{1,2})(?=[ ,.\n]|$)")
_LONGEST = 5


def find(message: Message) -> str | None:
    for match, start, end in list(message.matches(_CUE)):
        stop = _name_end(message, end)
        bare = match[0].strip()
        if bare == "barrios" and _is_surname(message, start):
            continue
        elsewhere = message.at(end) == "de" and places.towns(
            " ".join(message.tokens(end + 1, stop))
        )
        if (
            stop == end
            or elsewhere
            or (bare in ("bo", "br", "barrios") and not message.has("direccion"))
        ):
            continue
        message.take(start, stop, "barrio")
        return message.said(end, stop)
    return None


#: Parts of Bogotá that people name as their barrio, or before it; not the towns called so.
_LOCALITIES = re.compile(
    r"\b(?:usaquen|chapinero|usme|tunjuelito|bosa|kennedy|fontibon|engativa|suba|barrios unidos|"
    r"teusaquillo|puente aranda|rafael uribe|ciudad bolivar)\b"
)


#: Landmarks with a name of their own.
_ESTABLISHMENTS = frozenset(
    "restaurante tienda drogueria farmacia ferreteria supermercado panaderia papeleria colegio escuela "
    "iglesia parroquia hospital clinica hotel taller almacen deposito bomba estadero cafeteria".split()
)
_BOGOTA = frozenset({"bogota", "bogta", "bta", "dc"})


def find_locality(message: Message) -> str | None:
    """``… # 80-21 bosa piamonte``: a part of Bogotá, with the barrio behind it, beside an address."""
    if not message.has("direccion"):
        return None
    for _, start, end in list(message.matches(_LOCALITIES)):
        if message.at(start - 1) in ("barrio", "carrera", "calle", "avenida"):
            continue
        stop = max(end, _name_end(message, start, strip=False))
        others = (
            at for at in range(end, stop) if message.at(at) in _BOGOTA or is_given(message.at(at))
        )
        stop = next(others, stop)
        message.take(start, stop, "barrio")
        return message.said(start, stop)
    return None


def find_apart(message: Message) -> str | None:
    """``soacha, san mateo, calle 30``: name words alone between the town and the address."""
    if not (message.has("direccion") and message.has("ciudad")):
        return None
    for start in range(1, len(message)):
        end = message.segment(start)[1]
        first = message.segment(start)[0] == start
        beside = (
            {message.taken[start - 2], *message.taken[end + 1 : end + 2]} if start > 1 else set()
        )
        if not first or not {"ciudad", "direccion"} & beside or not message.free(start):
            continue
        named = start < end <= start + 4 and _name_end(message, start, strip=False) == end
        if named and _may_be_barrio(message, start):
            message.take(start, end, "barrio")
            return message.said(start, end)
    return None


def find_between(message: Message) -> str | None:
    """``… # 70-32 laureles medellin``: name words right behind the address."""
    for start in range(1, len(message)):
        behind = message.taken[start - 1] == "direccion" or (
            message.at(start - 1) in (",", "\n", "-", ".", "/")
            and message.taken[start - 2 : start - 1] == ["direccion"]
        )
        if not (behind and message.free(start)):
            continue
        end = _name_end(message, start, strip=False)
        closed = (
            end == len(message)
            or message.taken[end] in ("ciudad", "telefono", "correo")
            or message.breaks(end)
        )
        if start < end <= start + 4 and closed and _may_be_barrio(message, start):
            message.take(start, end, "barrio")
            return message.said(start, end)
    return None


def _may_be_barrio(message: Message, start: int) -> bool:
    return not is_given(message.at(start)) and message.at(start) not in _ESTABLISHMENTS


def _is_surname(message: Message, at: int) -> bool:
    before = message.at(at - 1) if message.at(at - 1) != ":" else message.at(at - 2)
    return is_given(before) or before in ("apellido", "apellidos")


def _may_be_name(word: str) -> bool:
    return word.isalpha() and len(word) > 1 and word not in everyday_words()


def _begins_name(message: Message, at: int) -> bool:
    """``buenos aires``, ``ciudad jardin``: everyday words that begin a barrio's name."""
    return message.at(at) in ("buenos", "buena", "buen", "ciudad") and _may_be_name(
        message.at(at + 1)
    )


def _is_person(message: Message, start: int, at: int) -> bool:
    """``barrio la palma maria bernarda hoyos``: a person's name begins behind the barrio's."""
    named = [word for word in message.tokens(start, at) if word not in CONNECTORS]
    if not named or any(map(is_given, named)):
        return False
    return is_given(message.at(at)) and message.free(at + 1) and is_known(message.at(at + 1))


def _name_end(message: Message, start: int, *, strip: bool = True) -> int:
    numbered = (
        _NUMBERED.match(message.plain, message.words[start].start) if start < len(message) else None
    )
    if numbered and strip:
        return message.span(numbered.start(), numbered.end())[1]
    at, names = start, 0
    while at < min(len(message), start + _LONGEST) and message.free(at):
        word = message.at(at)
        if at > start and (addresses.starts(message, at) or _is_person(message, start, at)):
            break
        if word in CONNECTORS and message.at(at + 1) not in ("", "\n", ","):
            at += 1
        elif _may_be_name(word) or (not names and _begins_name(message, at)):
            at, names = at + 1, names + 1
        elif word.isdecimal() and names and len(word) <= 2 and message.at(at - 1).isalpha():
            at += 1
            break
        else:
            break
    while at > start and message.at(at - 1) in CONNECTORS:
        at -= 1
    return (trailing_town(message, start, at) if strip else at) if names else start
