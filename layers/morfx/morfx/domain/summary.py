"""What is remembered of turns that are no longer told word for word."""

from dataclasses import dataclass

from morfx.domain.comprehension import ModelCall


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    #: Two lines at most, data like the words it was made of; empty where none could be made.
    text: str = ""
    calls: tuple[ModelCall, ...] = ()
