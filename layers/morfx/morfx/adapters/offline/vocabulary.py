"""Everyday words, which the readers of names, addresses and towns must not swallow."""

from functools import cache, lru_cache
from importlib.resources import files

#: Written inside names of places and people, never at their end.
CONNECTORS = frozenset({"de", "del", "la", "las", "los", "el", "y"})


@cache
def _text(name: str) -> str:
    return files("morfx.adapters.offline").joinpath(f"data/{name}.txt").read_text("utf-8")


@cache
def everyday_words() -> frozenset[str]:
    """A name or an address ends where one of these begins."""
    return frozenset(_text("everyday_words").split())


@cache
def _concepts() -> dict[str, frozenset[str]]:
    """The beginning of a word → what such words are about."""
    found: dict[str, set[str]] = {}
    for line in _text("concepts").splitlines():
        name, _, beginnings = line.partition(":")
        for beginning in beginnings.split() if not line.startswith("#") else ():
            found.setdefault(beginning, set()).add(name)
    return {beginning: frozenset(names) for beginning, names in found.items()}


@lru_cache(maxsize=16384)
def concepts(word: str) -> frozenset[str]:
    """What a word is about: short beginnings must be the word but for an ending of two letters."""
    known = _concepts()
    ends = (end for end in range(len(word), 1, -1) if end > 3 or len(word) - end <= 2)
    found = (known[word[:end]] for end in ends if word[:end] in known)
    return frozenset(name for names in found for name in names) or known.get(word, frozenset())


@cache
def everyday_towns() -> frozenset[str]:
    """Towns called like a word, a surname or a common neighbourhood: no town on its word alone."""
    return frozenset(" ".join(name.split()) for name in _text("everyday_towns").split(","))
