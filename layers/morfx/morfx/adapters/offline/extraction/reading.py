"""All customer data in one message, each word read for one field only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from morfx.adapters.offline.extraction import (
    addresses,
    contact_details,
    corrections,
    declines,
    directions,
    names,
    neighbourhoods,
    towns,
)
from morfx.adapters.offline.message import Message
from morfx.adapters.offline.question import Asked
from morfx.adapters.offline.vocabulary import everyday_words
from morfx.domain import customer_data, places
from morfx.domain.comprehension import DECLINED
from morfx.domain.spelling import plain

#: What stands for data in the text the intents are read from.
DATA_MARK = "xdatox"


@dataclass(frozen=True, slots=True)
class Extraction:
    fields: Mapping[str, str]
    #: The plain text with each run of data as one ``DATA_MARK``.
    rest: str
    corrected: bool


def extract(text: str, question: Asked) -> Extraction:
    """The fields the message gives, read as an answer to the question."""
    message = Message(text)
    if _is_foreign_matter(message):
        return Extraction({}, message.rest(DATA_MARK), False)
    said: dict[str, str] = {}
    if question == "indicaciones_extra" and _is_direction(message):
        said = {"indicaciones_extra": message.text}
        return Extraction(customer_data.normalised(said), DATA_MARK, False)
    if question == "barrio" and _is_barrio(message):
        said = {"barrio": _without_lead(message.text)}
        return Extraction(customer_data.normalised(said), DATA_MARK, False)
    declined = declines.answer(message, question)
    if declined:
        message.take(0, len(message), "declined")
        return Extraction({declined: DECLINED}, DATA_MARK, False)
    corrected = corrections.strike_out(message)
    _read_marked(message, said, question)
    _read_standing(message, said, question, data=bool(said) or question == "form")
    _read_answer(message, said, question)
    return Extraction(customer_data.normalised(said), message.rest(DATA_MARK), corrected)


def _is_direction(message: Message) -> bool:
    """An answer to "any directions?" that is neither a question nor other data."""
    plain = message.plain
    letters = sum(map(str.isalpha, plain))
    return letters > 5 and not any(
        sign in plain
        for sign in ("?", "@", "barrio", "#", "no ", "gracias", "ningun", "cuanto", "nada")
    )


def _is_barrio(message: Message) -> bool:
    """A few words and nothing else, when the barrio was asked for."""
    tokens = [word.plain for word in message.words]
    named = [token for token in tokens if token.isalpha()]
    usual = everyday_words() - {
        "ciudad",
        "el",
        "la",
        "los",
        "las",
        "de",
        "y",
        "es",
        "se",
        "en",
        "barrio",
        "llama",
        "pues",
        "aqui",
        "aca",
        "le",
        "por",
        "lado",
    }
    return (
        bool(named)
        and len(tokens) <= 5
        and named == tokens
        and not usual & set(tokens)
        and not names.is_noise(message.plain)
    )


def _is_foreign_matter(message: Message) -> bool:
    """Code, mark-up and links are nobody's data."""
    return any(sign in message.plain for sign in ("</", "http", '{"', "drop table", "system:"))


def _read_marked(message: Message, said: dict[str, str], question: Asked) -> None:
    """What announces itself: numbers, mails, refusals, towns with departamento, roads, labels."""
    if pair := towns.find_pair(message):
        _settle(message, said, pair)
    said |= contact_details.find(message)
    for field in declines.find(message):
        said.setdefault(field, DECLINED)
    if barrio := neighbourhoods.find(message):
        said["barrio"] = barrio
    if address := addresses.find(message):
        said["direccion"] = address
    if "barrio" not in said and (locality := neighbourhoods.find_locality(message)):
        said["barrio"] = locality
    if question not in ("barrio", "indicaciones_extra"):
        said |= {field: value for field, value in names.find(message).items() if value}


def _read_standing(message: Message, said: dict[str, str], question: Asked, *, data: bool) -> None:
    """What only its place gives away: a name, a town, a landmark between other data."""
    place_asked = question == "ciudad" or _took_back_town(message)
    if place_asked:
        _read_town(message, said, asked=True)
    _read_department(message, said, asked=question == "departamento")
    if "nombre" not in said and question not in ("barrio", "indicaciones_extra"):
        said |= names.find_standing_alone(message, data=data)
    _read_town(message, said, asked=False)
    _read_department(message, said, asked=False)
    directions_said = directions.find(message, asked=question == "indicaciones_extra")
    if directions_said and "indicaciones_extra" not in said:
        said["indicaciones_extra"] = directions_said
    if "direccion" in said and "barrio" not in said:
        barrio = neighbourhoods.find_between(message) or neighbourhoods.find_apart(message)
        said |= {"barrio": barrio} if barrio else {}


def _read_department(message: Message, said: dict[str, str], *, asked: bool) -> None:
    if "departamento" in said:
        return
    department = towns.find_department(message, asked=asked)
    if department and not _question_about(message, department.start):
        said["departamento"] = department.name
        message.take(department.start, department.end, "ciudad")


def _took_back_town(message: Message) -> bool:
    """``no es cali, es candelaria``: what replaces a town is a town."""
    struck = [
        word.plain
        for word, owner in zip(message.words, message.taken, strict=True)
        if owner == "wrong"
    ]
    return any(places.towns(" ".join(struck[at:])) for at in range(len(struck)))


def _read_town(message: Message, said: dict[str, str], *, asked: bool) -> None:
    if "ciudad" in said:
        return
    place = towns.find_alone(message, asked=asked) or towns.find_misspelt(message, asked=asked)
    if place and (asked or not _question_about(message, place.start)):
        _settle(message, said, place)


def _settle(message: Message, said: dict[str, str], place: towns.Place) -> None:
    if _question_about(message, place.start):
        return
    said["ciudad"] = place.name
    if place.department:
        said["departamento"] = place.department
    message.take(place.start, place.end, "ciudad")


def _question_about(message: Message, at: int) -> bool:
    """``¿llegan a leticia?``: the town is asked about, not the customer's."""
    start = at
    while message.free(start - 1) and message.at(start - 1) not in (",", "\n", ".", ";", "?"):
        start -= 1
    before = " ".join(message.tokens(start, at))
    asks = message.at(message.segment(at)[1]) == "?" or _COVERAGE.search(before)
    return bool(asks) and not _HOME.search(before)


_COVERAGE = re.compile(
    r"\b(?:lleg(?!o\b|ue\b)\w*|envi(?:an|aran|arian)|envios?|mand(?:an|aran|arian)|hacen|entregan|entregaran|despach(?:an|aran)|"
    r"cobertura|domicilios?|demor\w+|tarda\w*|tra(?:en|erian)|arriman|qued(?:a|an)|sede|sucursal|local|tienda|"
    r"cubren|manejan|tienen|reciben|cobran|consiguen|venden|hay|llevan|cuanto|donde|consigo|conseguir|cuando este|ustedes|son|ship|deliver)\b"
)
_HOME = re.compile(r"\b(?:soy|vivo|estoy|resido|vivimos|me encuentro|aca|aqui)\b")


#: "se llama …", "vivo en …" before the barrio that was asked for.
_CALLED = re.compile(
    r"^\W*(?:(?:se llama|es|en|el barrio|barrio|vivo en|pues|por|aqui|aca|le dicen|le decimos|(?:los|el) lados? de|queda)\b\s*)+"
)


def _without_lead(text: str) -> str:
    lead = _CALLED.match(plain(text))
    return text[lead.end() :] if lead else text


def _read_answer(message: Message, said: dict[str, str], question: Asked) -> None:
    """The bare value of the one field that was asked."""
    if said or "?" in message.plain or len(message) > 16:
        return
    text = message.text.strip()
    if question in ("nombre", "apellido"):
        said |= names.answer(message, question)
    elif question == "barrio" and not names.is_noise(message.plain):
        said["barrio"] = _without_lead(text)
    elif question == "indicaciones_extra":
        said["indicaciones_extra"] = text
    elif question == "direccion" and any(map(str.isdigit, text)) and len(message) <= 8:
        said["direccion"] = _without_lead(text)
    elif question == "departamento" and places.misspelt_department(text):
        said["departamento"] = text
    if said:
        message.take(0, len(message), question)
