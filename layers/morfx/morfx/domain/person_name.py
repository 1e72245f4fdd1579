"""Colombian names: which words are names, and where the surname begins."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from morfx.domain.spelling import capitalised, plain

PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "san", "santa"})
#: Said before a name, no part of it.
_TITLES = frozenset("don dona sr sra srta senor senora senorita dr dra doctor doctora".split())
#: Surnames, too, but behind a first name mostly a second one: ``Juan Carlos``.
_MOSTLY_GIVEN = frozenset(
    "agustin alba alberto alejandro alfonso alvaro andres angel bartolome benito blanca carlos "
    "clemente concepcion diego domingo elias esteban feliciano francisco gonzalo hernando jaime "
    "jesus juan julia julian lorenzo lucero luis luz manuel marcos martin mateo matias miguel "
    "montserrat nazario nicolas oliver pablo pedro ramon reyna rodrigo rosa sebastian tomas "
    "valentin vicente".split()
)
#: What a first name is "of": ``María del Mar``, ``José de Jesús``.
_DEVOTIONS = frozenset(
    "mar carmen jesus angeles pilar rosario socorro mercedes dios lourdes fatima rocio cielo "
    "consuelo amparo dolores milagros nieves luz transito perpetuo pastora".split()
)


@cache
def _listed(name: str) -> frozenset[str]:
    text = files("morfx.domain").joinpath(f"data/{name}.txt").read_text("utf-8")
    return frozenset(text.split())


def is_given(word: str) -> bool:
    return plain(word) in _listed("nombres")


def is_surname(word: str) -> bool:
    folded = plain(word)
    listed = _listed("apellidos")
    return folded in listed or (folded.endswith("s") and folded[:-1] + "z" in listed)


def is_known(word: str) -> bool:
    return is_given(word) or is_surname(word)


def split(full: str) -> tuple[str, str]:
    """Given names and surnames: ``maria del carmen suarez`` → Maria del Carmen, Suarez.

    A nickname is a name as any other; a title before the name goes.
    """
    groups = _groups(_untitled(full))
    count = _given_count(groups)
    return _joined(groups[:count]), _joined(groups[count:])


def written(name: str) -> str:
    """The name in title case, its particles small."""
    return _joined(_groups(_untitled(name)))


def _untitled(name: str) -> list[str]:
    tokens = name.split()
    while len(tokens) > 1 and plain(tokens[0]).strip(".") in _TITLES:
        tokens = tokens[1:]
    return tokens


def _groups(tokens: Sequence[str]) -> list[list[str]]:
    """Each name with the particles before it."""
    groups: list[list[str]] = []
    particles: list[str] = []
    for token in tokens:
        if plain(token) in PARTICLES:
            particles.append(token)
        else:
            groups.append([*particles, token])
            particles = []
    if particles:
        groups.append(particles)
    return groups


def _given_count(groups: Sequence[Sequence[str]]) -> int:
    """How many of the names are given names."""
    if len(groups) < 2:
        return len(groups)
    second, linked = groups[1][-1], len(groups[1]) > 1
    if len(groups) == 2 and linked:
        return 2 if plain(second) in _DEVOTIONS else 1
    if len(groups) == 2:
        return 2 if is_given(second) and (not is_surname(second) or _mostly_given(second)) else 1
    if len(groups) == 3:
        return 2 if is_given(second) and not _two_surnames(groups) else 1
    return 2 if len(groups) == 4 else len(groups) - 2


def _mostly_given(word: str) -> bool:
    return plain(word) in _MOSTLY_GIVEN


def _two_surnames(groups: Sequence[Sequence[str]]) -> bool:
    """Three names, of which the last two can only be surnames."""
    second = groups[1][-1]
    return is_surname(second) and not is_given(second)


def _joined(groups: Sequence[Sequence[str]]) -> str:
    flat = [token for group in groups for token in group]
    return " ".join(
        token.lower()
        if place and plain(token) in PARTICLES - {"san", "santa"}
        else capitalised(token)
        for place, token in enumerate(flat)
    )
