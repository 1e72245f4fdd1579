"""Where the parcel goes: roads, dwellings, farms, as one run of words."""

import re

from morfx.adapters.offline.extraction.towns import trailing_town
from morfx.adapters.offline.message import Message
from morfx.adapters.offline.vocabulary import CONNECTORS, everyday_words
from morfx.domain import address
from morfx.domain.number_words import NUMBER_WORDS, ORDINALS
from morfx.domain.person_name import is_given

#: Roads that may carry a name instead of a number.
_NAMED_ROADS = frozenset(
    "calle avenida av avda carrera autopista diagonal transversal callejon peatonal variante circular".split()
)
#: Places that carry a name.
_NAMED_PLACES = frozenset(
    "vereda vda finca fca conjunto conj edificio edif edf urbanizacion urb corregimiento correg corr sector condominio "
    "hacienda hda resguardo rancheria hato parcelacion caserio hotel batallon predio granja "
    "inspeccion torre comunidad cabildo asentamiento ciudadela residencias residencial".split()
)
_TWO_WORD_PLACES = {
    ("centro", "comercial"),
    ("plaza", "de"),
    ("estacion", "de"),
    ("unidad", "residencial"),
    ("unidad", "cerrada"),
    ("casa", "lote"),
    ("zona", "industrial"),
    ("parque", "industrial"),
    ("terminal", "de"),
    ("base", "militar"),
    ("base", "aerea"),
    ("colegio", "san"),
}
_INSIDE = frozenset(
    {
        "#",
        "-",
        "bis",
        "sur",
        "norte",
        "este",
        "oeste",
        "esquina",
        "esq",
        "principal",
        "con",
        "entre",
        "calles",
        "n",
        "etapa",
    }
)
_SEPARATORS = frozenset({",", "\n", "-", ".", ";", "*", ":", "–"})
#: "no tengo", "no se": a negation, not the number sign.
_LONGEST_NAME = 6
#: Roads are named after dates.
_MONTHS = frozenset(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
)
#: Everyday words that begin a place's name all the same.
_FINE_NAMES = frozenset(
    {("buenos", "aires"), ("buena", "vista"), ("buena", "esperanza"), ("buen", "retiro")}
)
_LINKS = frozenset({",", "es", "el", "la"})
#: Between a place and its name or number.
_CALLED = re.compile(r" (?:que )?se llama |,? (?:es|seria) (?:el |la )?(?=\d)", re.IGNORECASE)


def find(message: Message) -> str | None:
    """The address as typed, its parts joined; the words are taken."""
    parts: list[str] = []
    at = 0
    while at < len(message):
        if message.free(at) and starts(message, at):
            end = _end(message, at)
            parts.append(message.said(at, end))
            message.take(at, end, "direccion")
            at = end
        else:
            at += 1
    return _CALLED.sub(" ", ", ".join(parts)) or None


def _numeric(message: Message, at: int) -> bool:
    word = message.at(at)
    return message.free(at) and (word.isdecimal() or word in NUMBER_WORDS)


def _number_ahead(message: Message, at: int) -> bool:
    """A number here, past a full stop or a number sign."""
    if message.at(at) == "," and message.at(at + 1) == "es":
        at += 1
    if message.at(at) == "es":
        at += 2 if message.at(at + 1) in ("el", "la") else 1
    while message.at(at) in (".", ":") or message.at(at) in address.NUMBER_SIGNS:
        at += 1
    return _numeric(message, at)


def starts(message: Message, at: int) -> bool:
    """Whether an address, or a further part of one, begins here."""
    word, after = message.at(at), message.at(at + 1)
    if after.isalpha() and _is_surname(message, at):
        return False
    numbered = address.is_road(word) or address.is_unit(word) or address.needs_number(word)
    if numbered and _numbered_start(message, at):
        return True
    if (word, after) in _TWO_WORD_PLACES:
        return _numbered_start(message, at) or _is_name_word(message, at + 1) or after in CONNECTORS
    behind = _past_stop(message, at + 1)
    if word == "ed":
        return message.at(at - 1).isdecimal() and _name_end(message, behind) > behind
    if (
        word in _NAMED_ROADS
        or word in _NAMED_PLACES
        or (word == "via" and message.has("direccion"))
    ):
        return _name_end(message, behind) > behind or (
            word in _NAMED_ROADS and after == "principal"
        )
    return False


def _is_surname(message: Message, at: int) -> bool:
    """``patricia calle luna``, ``apellido: carrera``: roads that are surnames, too."""
    before = message.at(at - 1) if message.at(at - 1) != ":" else message.at(at - 2)
    named = is_given(before) or before in ("apellido", "apellidos")
    return named and message.at(at) in ("calle", "carrera", "torre", "casa") and at > 0


def _numbered_start(message: Message, at: int) -> bool:
    word, after = message.at(at), message.at(at + 1)
    if not _number_ahead(message, at + 1):
        lettered = (
            address.is_unit(word)
            and len(after) == 1
            and after.isalpha()
            and word in ("mz", "mza", "manzana", "bloque", "bl", "torre", "interior", "int", "manz")
        )
        ordinal = address.is_road(word) and after in ORDINALS
        return lettered or ordinal
    if word in ("c", "k", "d", "t", "p", "l", "to", "of", "in", "int", "ap"):
        return message.at(at + 1) not in NUMBER_WORDS
    if (
        word in ("casa", "villa", "unidad", "puesto", "plaza", "hotel")
        and message.at(at + 1) in NUMBER_WORDS
    ):
        return False
    return word not in ("unidad", "und", "auto", "via") or (
        word == "via" and message.at(at + 2) in ("#", "no", "nro")
    )


def _end(message: Message, start: int) -> int:
    """Where the address that begins here ends."""
    at = start
    while at < len(message):
        step = _step(message, at, start)
        if not step:
            break
        at = step
    while at > start + 1 and (
        message.at(at - 1) in _SEPARATORS or message.at(at - 1) in ("con", "y", "n")
    ):
        at -= 1
    return at


def _step(message: Message, at: int, start: int) -> int:
    """The end of the piece at this word, 0 where the address is over."""
    word = message.at(at)
    if not message.free(at):
        return 0
    if (word, message.at(at + 1)) in _TWO_WORD_PLACES and starts(message, at):
        return max(_name_end(message, at + 2), at + 2)
    if word in address.NUMBER_SIGNS and _number_ahead(message, at + 1):
        return at + 1 if not _is_correction(message, at, start) else 0
    if word in _SEPARATORS:
        return _past_separator(message, at) or _past_link(message, at, start)
    if starts(message, at) or word == "via":
        return _past_head(message, at)
    if word == "de" and message.at(at - 1).isdecimal() and message.at(at + 1) in _MONTHS:
        return at + 2
    if word.isdecimal() or word in _INSIDE:
        return at + 1
    return _past_small_word(message, at) or _past_link(message, at, start)


def _past_link(message: Message, at: int, start: int) -> int:
    """``apto, es el 402``: past what stands between a unit and its number."""
    end = at
    while message.at(end) in _LINKS and end < start + 4:
        end += 1
    linked = "es" in message.tokens(at, end) and _numeric(message, end)
    return end if linked and at == start + 1 and address.is_unit(message.at(start)) else 0


def _past_head(message: Message, at: int) -> int:
    word = message.at(at)
    if _numbered_start(message, at):
        return at + 1
    if word in _NAMED_ROADS or word in _NAMED_PLACES or word == "via":
        return max(_name_end(message, _past_stop(message, at + 1)), at + 1)
    if word == "ed":
        return _name_end(message, _past_stop(message, at + 1))
    return at + 1


def _past_stop(message: Message, at: int) -> int:
    return at + 1 if message.at(at) == "." else at


def _past_small_word(message: Message, at: int) -> int:
    """Letters of numbers, numbers in words, ordinals."""
    word, before = message.at(at), message.at(at - 1)
    touching = message.words[at].start == message.words[at - 1].end
    if (
        (before.isdecimal() or before == "bis")
        and word.isalpha()
        and (touching or (len(word) == 1 and word not in "yoe"))
    ):
        return at + 1
    if (len(word) == 1 and word.isalpha() and address.is_unit(before)) or (
        word == "." and before.isalpha()
    ):
        return at + 1
    if word in NUMBER_WORDS and (
        before in NUMBER_WORDS or before == "y" or _numberish(message, at - 1)
    ):
        return at + 1
    if word == "y" and (before in NUMBER_WORDS or before.isdecimal()) and _numeric(message, at + 1):
        return at + 1
    if word in ORDINALS and address.is_unit(message.at(at + 1)):
        return at + 2
    if word in ORDINALS and address.is_road(before):
        return at + 1
    if (address.is_road(before) or before in _INSIDE) and address.is_road(word):
        return at + 1
    return 0


def _numberish(message: Message, at: int) -> bool:
    word = message.at(at)
    return (
        word in address.NUMBER_SIGNS
        or address.is_road(word)
        or address.is_unit(word)
        or word in ORDINALS
        or word == "-"
    )


def _past_separator(message: Message, at: int) -> int:
    """A dash inside a number, or a comma with more address behind it."""
    ahead = at + 1
    while message.at(ahead) in _SEPARATORS and ahead < at + 3:
        ahead += 1
    word, before = message.at(ahead), message.at(at - 1)
    if message.at(at) == "." and (before.isalpha() and len(before) <= 5):
        return at + 1 if message.free(at + 1) else 0
    if (
        message.at(at) == "-"
        and before[:1].isdecimal() | (before in ("sur", "norte", "este", "bis"))
        and _numeric(message, at + 1)
    ):
        return at + 1
    if (
        message.at(at) == "-"
        and message.words[at - 1].end == message.words[at].start
        and word.isdecimal()
    ):
        return at + 1
    if message.free(ahead) and (
        starts(message, ahead) or (word == "#" and _numeric(message, ahead + 1))
    ):
        return ahead
    if (
        word in ORDINALS
        and address.is_unit(message.at(ahead + 1))
        and message.at(ahead + 1) not in ("casa",)
    ):
        return ahead
    return 0


def _is_correction(message: Message, at: int, start: int) -> bool:
    """``cra 12 # 8-30 no 8-20``: a second "no" after the number sign denies."""
    inside = message.tokens(start, at)
    return message.at(at) == "no" and "#" in inside and "-" in inside


def _is_name_word(message: Message, at: int) -> bool:
    word = message.at(at)
    if (word, message.at(at + 1)) in _FINE_NAMES:
        return message.free(at)
    return message.free(at) and word.isalpha() and len(word) > 1 and word not in everyday_words()


def _joins_a_road(message: Message, at: int, start: int, *, named: bool) -> bool:
    """``via a Girón``, ``via Cali - Candelaria``."""
    joins = message.at(at) in ("a", "al") or (message.at(at) == "-" and named)
    return joins and message.at(start - 1) == "via"


def _name_end(message: Message, start: int) -> int:
    """Where the name of a place that begins here ends; ``start`` where there is none.

    A town at its end is the town, not the name.
    """
    at, names = start, 0
    if message.at(at) == "se" and message.at(at + 1) == "llama":
        at = start = start + 2
    while at < min(len(message), start + _LONGEST_NAME):
        word = message.at(at)
        if at > start and (word in ("casa", "via") or starts(message, at)):
            break
        if word in CONNECTORS or _joins_a_road(message, at, start, named=names > 0):
            at += 1
        elif _is_name_word(message, at):
            at, names = at + 1, names + 1
        else:
            break
    while at > start and message.at(at - 1) in CONNECTORS:
        at -= 1
    if not names:
        return start
    return at if message.at(start - 1) == "via" else trailing_town(message, start, at)
