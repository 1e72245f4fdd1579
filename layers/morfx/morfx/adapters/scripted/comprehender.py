"""A comprehender that understands exactly what its script says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from morfx.domain.comprehension import Comprehension, Context
from morfx.domain.errors import NotUnderstood

Line = Comprehension | NotUnderstood


@dataclass(kw_only=True)
class ScriptedComprehender:
    """A Comprehender, and a ModelComprehender whose model costs nothing.

    Messages read together are one line of the script, joined by line breaks; case and spaces
    around do not matter. A NotUnderstood in the script is raised.
    """

    script: Mapping[str, Line]
    #: What every other line means; None: a line outside the script is an error of the test.
    otherwise: Line | None = None
    provider: str = "scripted"
    model: str = "scripted"
    component: str = "comprehension"
    #: What it was asked, in order.
    asked: list[tuple[tuple[str, ...], Context]] = field(default_factory=list)

    def comprehend(
        self,
        texts: Sequence[str],
        context: Context,
        *,
        seconds: float = 0,  # noqa: ARG002 -- a model's time, which a script does not need
    ) -> Comprehension:
        self.asked.append((tuple(texts), context))
        line = self._line("\n".join(texts))
        if isinstance(line, NotUnderstood):
            raise line
        return replace(line, source="scripted")

    def _line(self, said: str) -> Line:
        script = {_plain(text): line for text, line in self.script.items()}
        line = script.get(_plain(said), self.otherwise)
        if line is None:
            raise LookupError(f"not in the script: {said!r}")
        return line


def _plain(text: str) -> str:
    return text.strip().casefold()
