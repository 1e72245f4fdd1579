"""What the classifier sees of a text: words, pairs of words and pieces of words, as hashed places."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import sqrt

from morfx.adapters.offline.vocabulary import concepts
from morfx.domain.spelling import plain

#: Places a feature may fall on; two features on one place do little harm among so few texts.
PLACES = 1 << 15
#: Words read: the sense of a message is in its first hundred.
_READ = 100

_WORD = re.compile(r"[^\W\d_]+|\d+|[?$@%]|[^\w\s]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_GIBBERISH = re.compile(r"[bcdfghjklmnpqrstvwxyz]{5}|^[bcdfghjkmnpqstvwxz]{4,}$|asd|qwe|jkl")
_DOUBLED = re.compile(r"(?![lrc])([a-z])\1+")
#: How people shorten, by whole words.
_SHORT = {
    short: full
    for full, shorts in {
        "que": "q k qe ke", "porque": "xq pq porq xke porke", "por": "x", "para": "pa pra", "de": "d",
        "cuanto": "cto kuanto qanto cuant", "valor": "vlr val", "tambien": "tmb tb tbn", "bien": "bn",
        "quiero": "kiero qiero kero", "quisiera": "kisiera", "porfavor": "xfa porfa porfis xfavor plis pls xfis",
        "hola": "ola holi hla", "buenas": "bnas wenas bns", "buenos": "bnos", "dias": "ds", "noches": "nchs",
        "tienen": "tinen tiene tenes", "donde": "dnd dond", "estan": "stan", "como": "komo cm cmo", "gracias": "grax grcs graciaz",
        "informacion": "info inf infor informasion", "promociones": "promos promosiones", "promocion": "promo promosion",
        "contraentrega": "contrentrega", "direccion": "dir dire direcion", "numero": "nro num",
        "usted": "ud uds ustedes vd", "hacer": "aser hacr", "cuesta": "kuesta cuezta", "vale": "bale valen balen",
        "envio": "enbio embio envios", "precio": "presio prcio precios presios", "nose": "nc", "esta": "sta",
        "mas": "+", "uno": "un una",
    }.items()
    for short in shorts.split()
}  # fmt: skip


def tokens(text: str) -> list[str]:
    """The words of a text with abbreviations written out, numbers above three as one word."""
    return [_token(word) for word in _WORD.findall(plain(text))[:_READ]]


def hashed(text: str) -> dict[int, float]:
    """Place → weight; words and pieces of words each have length one together."""
    spoken = tokens(text)
    places: dict[int, float] = {}
    for names in (list(_phrases(spoken)), list(_pieces(spoken)), list(_ideas(spoken))):
        found = {zlib.crc32(name.encode(errors="replace")) % PLACES for name in names}
        weight = 1 / sqrt(len(found)) if found else 0.0
        for place in found:
            places[place] = places.get(place, 0.0) + weight
    return places


def _ideas(spoken: Sequence[str]) -> Iterator[str]:
    """What the words are about, each alone and every two that stand close."""
    about = [concepts(word) | _look(word) for word in spoken]
    for at, names in enumerate(about):
        for name in names:
            yield f"c:{name}"
            near = {other for later in about[at + 1 : at + 5] for other in later if other != name}
            yield from (f"c:{'+'.join(sorted((name, other)))}" for other in near)


def _look(word: str) -> frozenset[str]:
    """Keys struck at random have a look of their own."""
    return frozenset({"gibberish"}) if _GIBBERISH.search(word) else frozenset()


def _token(word: str) -> str:
    if word.isdecimal():
        return word if len(word) == 1 and word in "123" else f"<{min(len(word), 7)}>"
    word = _STRETCHED.sub(r"\1", word)
    return _SHORT.get(word, word)


def _phrases(spoken: list[str]) -> Iterator[str]:
    bounded = ["^", *spoken, "$"]
    yield f"n{min(len(spoken), 6)}"
    yield from spoken
    yield from (f"{one} {two}" for one, two in pairwise(bounded))
    yield from (f"{one} _ {two}" for one, two in zip(spoken, spoken[2:], strict=False))


def _pieces(spoken: Iterable[str]) -> Iterator[str]:
    for word in spoken:
        if word.isalpha() and len(word) > 2:
            edged = "<" + _DOUBLED.sub(r"\1", word) + ">"
            for size in (3, 4, 5):
                yield from (edged[at : at + size] for at in range(len(edged) - size + 1))
