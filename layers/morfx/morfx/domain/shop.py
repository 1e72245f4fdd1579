"""A shop as its owner hands it over: number, texts and prices, as data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from morfx.domain.conversation import VisitType
from morfx.domain.identifier import AgentId, WorkspaceId
from morfx.domain.text import storable
from morfx.domain.timer import LEVELS, Preset, SilenceChoice

#: Seconds, at response speed 1.0, that a bubble may wait for.
MAX_DELAY_S = 60

#: The longest wait of a timer, in seconds: beyond it the session has ended.
MAX_TIMER_SECONDS = 86_400

#: Levels on which a workspace chooses what silence leads to.
CHOICE_LEVELS = (3, 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopTemplate:
    intent: str
    visit_type: VisitType
    orden: int
    content: str
    delay_s: int

    def __post_init__(self) -> None:
        _demand(
            orden=self.orden >= 0,
            content=bool(self.content) and storable(self.content) == self.content,
            delay_s=0 <= self.delay_s <= MAX_DELAY_S,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopPack:
    pack: Literal["1x", "2x", "3x"]
    product: str
    units: int
    price: Decimal
    currency: str

    def __post_init__(self) -> None:
        _demand(
            product=bool(self.product),
            units=self.units > 0,
            price=self.price > 0,
            currency=re.fullmatch("[A-Z]{3}", self.currency) is not None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopFile:
    workspace_id: WorkspaceId
    name: str
    #: Meta's phone_number_id of the receiving number.
    phone_number_id: str
    display_name: str
    agent_id: AgentId
    agent_enabled: bool
    handoff_message: str
    timer_preset: Preset
    response_speed: Decimal
    quiet_hours_enabled: bool
    proactive_daily_cap: int
    templates: tuple[ShopTemplate, ...]
    packs: tuple[ShopPack, ...]
    #: Level → seconds, where they are not the preset's.
    timer_seconds: Mapping[int, int] = field(default_factory=dict)
    #: Level → what is done about silence; where nothing is said, an order is created.
    silence_choices: Mapping[int, SilenceChoice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = [(text.intent, text.visit_type, text.orden) for text in self.templates]
        packs = [pack.pack for pack in self.packs]
        _demand(
            name=bool(self.name),
            phone_number_id=bool(self.phone_number_id),
            response_speed=self.response_speed >= 0,
            proactive_daily_cap=self.proactive_daily_cap >= 0,
            timer_seconds=all(
                level in LEVELS and 0 < seconds <= MAX_TIMER_SECONDS
                for level, seconds in self.timer_seconds.items()
            ),
            silence_choices=set(self.silence_choices) <= set(CHOICE_LEVELS),
            **{"templates: one orden twice": len(places) == len(set(places))},
            **{"packs: one pack twice": len(packs) == len(set(packs))},
        )


def _demand(**fields: bool) -> None:
    """Raise ValueError naming the first field that cannot be so."""
    for name, possible in fields.items():
        if not possible:
            raise ValueError(f"{name} cannot be so")
