"""A shop as its owner hands it over: number, texts and prices, as data."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from morfx.domain.conversation import VisitType
from morfx.domain.identifier import AgentId, WorkspaceId
from morfx.domain.timer import Preset


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopTemplate:
    intent: str
    visit_type: VisitType
    orden: int
    content: str
    delay_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopPack:
    pack: Literal["1x", "2x", "3x"]
    product: str
    units: int
    price: Decimal
    currency: str


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
