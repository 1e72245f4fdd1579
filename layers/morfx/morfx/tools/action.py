"""One thing a model may do, declared: its name, its arguments, its limits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from morfx.domain.conversation import Reading
from morfx.domain.orchestration import ToolOffer
from morfx.domain.session import Session

#: Dotted words; single underscores within a word, so that no other alphabet needs to escape them.
NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*(\.[a-z0-9]+(_[a-z0-9]+)*)+")
#: What the session binds. An argument so named would let a model choose whose data it touches.
BOUND = re.compile(r"(.*_)?(id|ids|key|workspace|tenant|contact|conversation|session|order|phone)")


class Arguments(BaseModel):
    """What a model gives; nothing else is taken."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class NoArguments(Arguments):
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What the actions of one turn may touch."""

    reading: Reading
    session: Session
    #: The shop's texts with their prices filled in, by the intent they answer.
    texts: Mapping[str, tuple[str, ...]]


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, kw_only=True, slots=True)
class Action(Generic[A]):
    name: str
    #: For the model: what it gives, and when to use it.
    description: str
    arguments: type[A]
    #: Seconds after which it counts as failed.
    timeout: float
    #: Whether it changes anything. Then, in one turn, the same arguments act once.
    changes: bool = False
    #: What it does. Raises ToolRetry where the model should ask otherwise.
    run: Callable[[Scope, A], object]

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name}: a name is dotted words")
        bound = [field for field in self.arguments.model_fields if BOUND.fullmatch(field)]
        if bound:
            raise ValueError(f"{self.name}: {bound[0]} is the session's, not the model's")

    @property
    def offer(self) -> ToolOffer:
        schema = self.arguments.model_json_schema()
        schema.pop("title", None)
        schema.pop("description", None)
        return ToolOffer(name=self.name, description=self.description, schema=schema)
