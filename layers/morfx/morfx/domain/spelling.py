"""Words as people type them: folded for comparing, cut into tokens, put back in title case."""

import re
import unicodedata
from dataclasses import dataclass

#: Written in lower case inside a name or an address, except at its beginning.
SMALL = frozenset({"a", "de", "del", "e", "en", "y"})
ARTICLES = frozenset({"el", "la", "las", "los"})

_TOKEN = re.compile(r"[^\W\d_]+|\d+|\n|[^\w\s]|_")
_NAME_BEGINS = re.compile(r"(?<=[^\W\d_][-'’])[^\W\d_](?=[^\W\d_])")
_DISTRITO_CAPITAL = re.compile(r"\bd\.? ?c\b", re.IGNORECASE)


class _Folds(dict[int, str]):
    """Code point → the one letter it is compared as; filled as letters are met."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))
        base = decomposed[0].lower() if decomposed else chr(code)
        self[code] = base if len(base) == 1 else chr(code)
        return self[code]


_FOLDS = _Folds(dict.fromkeys((11, 12, 13, 133, 8232, 8233), "\n"))


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters, a run of digits, one sign, or a line break."""

    text: str
    plain: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.plain.isdecimal() and self.plain.isascii()

    @property
    def is_name(self) -> bool:
        return self.plain.isalpha()


def plain(text: str) -> str:
    """The text in lower case and without accents, letter for letter (the length stays)."""
    return unicodedata.normalize("NFC", text).translate(_FOLDS)


def words(text: str) -> list[Word]:
    """The tokens of a text in NFC, in order, each with its place."""
    folded = plain(text)
    return [
        Word(text[m.start() : m.end()], m[0], m.start(), m.end()) for m in _TOKEN.finditer(folded)
    ]


def key(text: str) -> str:
    """What a name is looked up by: plain tokens, one space between, no full stops."""
    joined = _DISTRITO_CAPITAL.sub("dc", plain(text))
    return " ".join(word for word in _TOKEN.findall(joined) if word not in ".,\n-_'’")


def titled(text: str) -> str:
    """``LUZ  marina DE LA cruz`` → ``Luz Marina de la Cruz``."""
    small = False
    out: list[str] = []
    for word in text.split():
        folded = plain(word)
        keeps_small = bool(out) and (folded in SMALL or (folded in ARTICLES and small))
        out.append(word.lower() if keeps_small else capitalised(word))
        small = keeps_small
    return " ".join(out)


def capitalised(word: str) -> str:
    """``MARÍA`` → María; behind a hyphen or an apostrophe a name begins anew (``O'Connor``)."""
    lower = word.lower()
    return _NAME_BEGINS.sub(lambda found: found[0].upper(), lower[:1].upper() + lower[1:])


def distance(one: str, other: str, limit: int) -> int:
    """Edit distance with swaps of neighbours, cut off above ``limit``."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]
