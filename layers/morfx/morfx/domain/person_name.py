"""Colombian names: which words are names, and where the surname begins."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from morfx.domain.spelling import capitalised, plain

PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "san", "santa"})


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
    """Given names and surnames: ``maria del carmen suarez`` → Maria del Carmen, Suarez."""
    groups = _groups(full.split())
    count = _given_count(groups)
    return _joined(groups[:count]), _joined(groups[count:])


def written(name: str) -> str:
    """The name in title case, its particles small."""
    return _joined(_groups(name.split()))


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
    second_given = is_given(second) and not (is_surname(second) and not linked)
    if len(groups) == 2:
        return 2 if second_given and not linked else 1
    if len(groups) == 3:
        return 2 if is_given(second) and not _two_surnames(groups) else 1
    return 2 if len(groups) == 4 else len(groups) - 2


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
