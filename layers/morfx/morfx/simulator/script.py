"""A comprehender that reads some messages as a scenario says, and all others by itself."""

from collections.abc import Mapping, Sequence

from morfx.domain.comprehension import Comprehension, Context
from morfx.ports import Comprehender


class Scripted:
    """Messages read together mean what the last of them is scripted to mean."""

    def __init__(self, script: Mapping[str, Comprehension], *, otherwise: Comprehender) -> None:
        self._script = script
        self._otherwise = otherwise

    def comprehend(self, texts: Sequence[str], context: Context) -> Comprehension:
        scripted = self._script.get(texts[-1])
        return scripted or self._otherwise.comprehend(texts, context)
