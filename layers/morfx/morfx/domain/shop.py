"""A shop as its owner hands it over: number, texts and prices, as data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from morfx.domain.content import MAX_BUTTON_TITLE, MAX_CAPTION, MAX_TEXT, TEMPLATE_VARIABLES
from morfx.domain.conversation import VisitType
from morfx.domain.delivery import Provider
from morfx.domain.identifier import AgentId, WorkspaceId
from morfx.domain.order_standing import STAGES, StageMeaning
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
    #: A text, or the caption of what ``link`` leads to.
    content: str
    delay_s: int
    content_type: Literal["texto", "imagen", "documento"] = "texto"
    #: Public address of an image or document.
    link: str | None = None

    def __post_init__(self) -> None:
        longest = MAX_TEXT if self.content_type == "texto" else MAX_CAPTION
        is_storable = storable(self.content) == self.content
        is_link = self.link is not None and self.link.startswith("https://")
        _demand(
            orden=self.orden >= 0,
            content=0 < len(self.content) <= longest and is_storable,
            delay_s=0 <= self.delay_s <= MAX_DELAY_S,
            link=self.link is None if self.content_type == "texto" else is_link,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopApprovedTemplate:
    """What Meta has approved to be said for this purpose outside the 24-hour window."""

    purpose: Literal["reply", "proactive", "handoff"]
    name: str
    #: Meta's code, like ``es_CO``.
    language: str
    #: What fills ``{{1}}``, ``{{2}}`` …, in order.
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _demand(
            name=re.fullmatch("[a-z0-9_]{1,512}", self.name) is not None,
            language=re.fullmatch("[a-z]{2,3}(_[A-Z]{2,3})?", self.language) is not None,
            variables=set(self.variables) <= set(TEMPLATE_VARIABLES),
        )


#: What a tag or a stage is coloured where nobody says otherwise.
COLOR = "#6366f1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopProduct:
    sku: str
    title: str
    price: Decimal
    currency: str = "COP"

    def __post_init__(self) -> None:
        _demand(
            sku=_is_name(self.sku),
            title=_is_name(self.title),
            price=self.price >= 0,
            currency=_is_currency(self.currency),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopStage:
    name: str
    meaning: StageMeaning
    color: str = COLOR

    def __post_init__(self) -> None:
        _demand(name=_is_name(self.name), color=_is_color(self.color))


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopPipeline:
    name: str
    #: Whether new orders begin here.
    is_default: bool = False
    #: In their order.
    stages: tuple[ShopStage, ...]

    def __post_init__(self) -> None:
        names = [stage.name for stage in self.stages]
        meanings = {stage.meaning for stage in self.stages}
        wanting = set(STAGES.values()) - meanings if self.is_default else set()
        _demand(
            name=_is_name(self.name),
            stages=bool(self.stages),
            **{"stages: one name twice": len(names) == len(set(names))},
            **{f"stages: none that means {' or '.join(sorted(wanting))}": not wanting},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopTag:
    name: str
    color: str = COLOR
    applies_to: Literal["whatsapp", "orders", "both"] = "both"
    #: Whether every order that the agent makes gets it.
    on_agent_orders: bool = False

    def __post_init__(self) -> None:
        _demand(
            name=_is_name(self.name),
            color=_is_color(self.color),
            on_agent_orders=not self.on_agent_orders or self.applies_to != "whatsapp",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopPack:
    """A product that the agent offers; its price is the product's."""

    pack: Literal["1x", "2x", "3x"]
    sku: str
    product: str
    units: int
    price: Decimal
    currency: str

    def __post_init__(self) -> None:
        _demand(
            sku=_is_name(self.sku),
            product=_is_name(self.product),
            units=self.units > 0,
            price=self.price > 0,
            currency=_is_currency(self.currency),
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
    #: Where orders stand, in the shop's own words; exactly one is the default.
    pipelines: tuple[ShopPipeline, ...]
    opt_out_message: str
    opt_in_message: str
    #: What opens a list of choices.
    choices_label: str
    #: Who carries the number's messages, how many a second and a Bogotá day at most.
    provider: Provider = "cloud_api"
    messages_per_second: int = 80
    daily_cap: int = 10_000
    #: What becomes of a proactive message in quiet hours.
    in_quiet_hours: Literal["defer", "refuse"] = "defer"
    approved_templates: tuple[ShopApprovedTemplate, ...] = ()
    #: What it sells beside the packs.
    products: tuple[ShopProduct, ...] = ()
    tags: tuple[ShopTag, ...] = ()
    #: Level → seconds, where they are not the preset's.
    timer_seconds: Mapping[int, int] = field(default_factory=dict)
    #: Level → what is done about silence; where nothing is said, an order is created.
    silence_choices: Mapping[int, SilenceChoice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = [(text.intent, text.visit_type, text.orden) for text in self.templates]
        packs = [pack.pack for pack in self.packs]
        skus = [product.sku for product in self.catalogue]
        pipelines = [pipeline.name for pipeline in self.pipelines]
        tags = [tag.name for tag in self.tags]
        approved = [template.purpose for template in self.approved_templates]
        _demand(
            name=bool(self.name),
            phone_number_id=bool(self.phone_number_id),
            response_speed=self.response_speed >= 0,
            proactive_daily_cap=self.proactive_daily_cap >= 0,
            opt_out_message=bool(self.opt_out_message),
            opt_in_message=bool(self.opt_in_message),
            choices_label=0 < len(self.choices_label) <= MAX_BUTTON_TITLE,
            messages_per_second=self.messages_per_second > 0,
            daily_cap=self.daily_cap >= 0,
            **{"approved_templates: one purpose twice": len(approved) == len(set(approved))},
            timer_seconds=all(
                level in LEVELS and 0 < seconds <= MAX_TIMER_SECONDS
                for level, seconds in self.timer_seconds.items()
            ),
            silence_choices=set(self.silence_choices) <= set(CHOICE_LEVELS),
            **{"templates: one orden twice": len(places) == len(set(places))},
            **{"packs: one pack twice": len(packs) == len(set(packs))},
            **{"products: one sku twice": len(skus) == len(set(skus))},
            **{"pipelines: one name twice": len(pipelines) == len(set(pipelines))},
            **{"pipelines: not exactly one default": self._defaults == 1},
            **{"tags: one name twice": len(tags) == len(set(tags))},
        )

    @property
    def catalogue(self) -> tuple[ShopProduct, ...]:
        """Every product: a pack is one, called after what it holds and how much of it."""
        packs = [
            ShopProduct(
                sku=pack.sku,
                title=f"{pack.product} x{pack.units}" if pack.units > 1 else pack.product,
                price=pack.price,
                currency=pack.currency,
            )
            for pack in self.packs
        ]
        return (*packs, *self.products)

    @property
    def _defaults(self) -> int:
        return sum(pipeline.is_default for pipeline in self.pipelines)


def _is_name(text: str) -> bool:
    return text.strip() != "" and storable(text) == text


def _is_color(text: str) -> bool:
    return re.fullmatch("#[0-9a-f]{6}", text) is not None


def _is_currency(text: str) -> bool:
    return re.fullmatch("[A-Z]{3}", text) is not None


def _demand(**fields: bool) -> None:
    """Raise ValueError naming the first field that cannot be so."""
    for name, possible in fields.items():
        if not possible:
            raise ValueError(f"{name} cannot be so")
