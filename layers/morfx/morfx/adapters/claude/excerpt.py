"""What of a long text the model gets to read. What is stored stays whole."""

from collections.abc import Sequence

from morfx.domain.text import storable

#: Characters of one unread message, and of all of them together.
MESSAGE = 2_000
MESSAGES = 6_000
#: Unread messages; older ones are only counted.
UNREAD = 40
#: Characters of one past turn, and of the whole history.
TURN = 600
HISTORY = 6_000
#: Characters of a summary, or of what the customer was last told.
REMARK = 1_500


def excerpt(text: str, limit: int) -> str:
    """At most ``limit`` characters of the text; where some are missing, it says so."""
    text = storable(text)
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… [cut: {len(text) - limit} more characters]"


def excerpts(texts: Sequence[str], *, each: int, together: int) -> list[str]:
    """The texts in order, cut; where there is not room for all, the oldest lose first."""
    room = together
    newest_first = []
    for text in reversed(texts):
        newest_first.append(excerpt(text, min(each, room)))
        room = max(0, room - min(len(text), each))
    return newest_first[::-1]


def unread(texts: Sequence[str]) -> list[str]:
    """The customer's unread messages as the model reads them."""
    missing = len(texts) - UNREAD
    omitted = [f"[cut: {missing} earlier messages]"] if missing > 0 else []
    return omitted + excerpts(texts[-UNREAD:], each=MESSAGE, together=MESSAGES)
