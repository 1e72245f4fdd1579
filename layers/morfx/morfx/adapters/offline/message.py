"""A message under the magnifying glass: its words, and which of them are already understood."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from morfx.domain.spelling import Word, words

#: Characters read; nobody gives an order in more, and every rule stays fast.
READ = 2000


class Message:
    """Words of one reading; each is taken at most once, by the field it belongs to."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text[:READ])[:READ]
        self.words: list[Word] = words(self.text)
        self.taken: list[str | None] = [None] * len(self.words)
        self._starts = [word.start for word in self.words]
        self._ends = [word.end for word in self.words]
        self.plain = _joined(self.words, len(self.text))

    def __len__(self) -> int:
        return len(self.words)

    def at(self, index: int) -> str:
        """The plain word there, empty outside the message."""
        return self.words[index].plain if 0 <= index < len(self.words) else ""

    def free(self, index: int) -> bool:
        return 0 <= index < len(self.words) and self.taken[index] is None

    def take(self, start: int, end: int, owner: str) -> None:
        for index in range(start, end):
            self.taken[index] = owner

    def has(self, owner: str) -> bool:
        return owner in self.taken

    def said(self, start: int, end: int) -> str:
        """The text from one word to another, as typed."""
        return self.text[self.words[start].start : self.words[end - 1].end] if end > start else ""

    def tokens(self, start: int, end: int) -> list[str]:
        return [word.plain for word in self.words[start:end]]

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int, int]]:
        """Each match in the plain text over free words, with the range of words it covers."""
        for match in pattern.finditer(self.plain):
            start, end = self.span(match.start(), match.end())
            if end > start and all(owner is None for owner in self.taken[start:end]):
                yield match, start, end

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters → the words that lie on them."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return (first, last) if last > first else (0, 0)

    def segment(self, index: int) -> tuple[int, int]:
        """The words around this one up to the nearest comma, semicolon or line break."""
        start, end = index, index
        while start > 0 and not self.breaks(start - 1):
            start -= 1
        while end < len(self.words) and not self.breaks(end):
            end += 1
        return start, end

    def breaks(self, index: int) -> bool:
        """Whether this token ends a thought: ``, ; line break``, a full stop, a lonely dash."""
        word = self.words[index]
        if word.plain in ("\n", ",", ";", "?", "!", "¿", "¡", "|", "("):
            return True
        after = self.text[word.end : word.end + 1]
        before = self.text[word.start - 1 : word.start]
        if word.plain == ".":
            return after in ("", " ", "\n") and len(self.at(index - 1)) > 3
        return word.plain in "-–—/" and after == " " and before == " "

    def rest(self, mark: str) -> str:
        """What no field took, in plain text; each run that was taken is one mark."""
        out: list[str] = []
        for word, owner in zip(self.words, self.taken, strict=True):
            if owner is None:
                out.append(word.plain)
            elif out[-1:] != [mark]:
                out.append(mark)
        return " ".join(out)


def _joined(tokens: list[Word], length: int) -> str:
    """The plain text, each token where it stands in the original."""
    out = [" "] * length
    for token in tokens:
        out[token.start : token.end] = list(token.plain[: token.end - token.start])
    return "".join(out)
