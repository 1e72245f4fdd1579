"""Words by which a customer asks not to be written to any more, or to be written to again."""

import re
from typing import Literal

from morfx.domain.spelling import plain

#: Only as a whole message: within a sentence any of them may mean something else.
OPT_OUT_WORDS = frozenset(
    {
        "stop",
        "baja",
        "darme de baja",
        "dar de baja",
        "quiero darme de baja",
        "no me escriban mas",
        "no me escriba mas",
        "no me escribas mas",
        "no quiero recibir mas mensajes",
    }
)
OPT_IN_WORDS = frozenset({"start", "alta", "darme de alta", "quiero darme de alta"})


def opts(text: str) -> Literal["out", "in"] | None:
    """What the whole message asks for; None for any other message."""
    words = " ".join(re.findall(r"\w+", plain(text)))
    if words in OPT_OUT_WORDS:
        return "out"
    return "in" if words in OPT_IN_WORDS else None
