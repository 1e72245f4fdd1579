"""A conversation as a turn finds it: who speaks, what is unread, who may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from morfx.domain.comprehension import PastTurn
from morfx.domain.content import Media
from morfx.domain.identifier import (
    AgentId,
    ContactId,
    ConversationId,
    TemplateId,
    TurnId,
    WorkspaceId,
)
from morfx.domain.message import UnreadMessage
from morfx.domain.order_standing import OrderStanding
from morfx.domain.session import Session
from morfx.domain.timer import Pace, Preset, SilenceChoice, Timer

BotState = Literal["on", "muted", "off"]
#: The first time an intent is answered, the next, and from then on one short text after the other.
VisitType = Literal["primera_vez", "siguientes", "breve"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Switches:
    """Everything that can forbid the bot to speak."""

    agent_enabled: bool
    bot_state: BotState
    muted_until: datetime | None
    opted_out: bool
    #: Of all workspaces; only an operator throws it.
    kill_switch: bool = False

    def silence_reason(self, now: datetime) -> str | None:
        """Why the bot may not speak now, or None when it may."""
        if self.kill_switch:
            return "kill_switch"
        if not self.agent_enabled:
            return "agent_disabled"
        if self.bot_state == "off":
            return "handed_off"
        if self.muted_until is not None and now < self.muted_until:
            return "muted"
        if self.opted_out:
            return "opted_out"
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    id: TemplateId
    intent: str
    visit_type: VisitType
    orden: int
    #: A text, or the caption of the media.
    content: str
    #: Seconds at response speed 1.0.
    delay_seconds: int
    media: Media | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    pack: str
    product: str
    units: int
    price: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """US dollars spent on models, and the workspace's caps."""

    contact_today: Decimal = Decimal(0)
    contact_daily_cap: Decimal = Decimal("0.50")
    workspace_this_month: Decimal = Decimal(0)
    workspace_monthly_cap: Decimal = Decimal(100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """What a workspace has decided about its agent, as it stands when the turn reads it."""

    agent_id: AgentId
    handoff_message: str
    timer_preset: Preset
    response_speed: Decimal
    templates: tuple[Template, ...]
    packs: tuple[Pack, ...]
    opt_out_message: str = ""
    opt_in_message: str = ""
    #: Level → seconds, where this workspace waits longer or shorter than its preset.
    timer_seconds: Mapping[int, int] = field(default_factory=dict)
    #: Level → what is done about silence over the packs (3) and over the summary (4).
    silence_choices: Mapping[int, SilenceChoice] = field(default_factory=dict)

    def seconds(self, level: int) -> int:
        """How long a timer of this level waits."""
        return Pace(preset=self.timer_preset, own=self.timer_seconds).seconds(level)

    def quoting(self, prices: Mapping[str, Decimal]) -> "Shop":
        """The shop as it stands to a customer who was told these prices, by pack."""
        packs = (replace(pack, price=prices.get(pack.pack, pack.price)) for pack in self.packs)
        return replace(self, packs=tuple(packs))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """All a turn knows, read in one round trip under its lease."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    contact_id: ContactId
    turn_id: TurnId
    #: The last inbound message a turn has answered.
    read_seq: int
    switches: Switches
    unread: tuple[UnreadMessage, ...]
    session: Session | None
    shop: Shop
    #: The timer a ``timer_expired`` wake speaks of, if the row exists.
    timer: Timer | None
    #: Highest generation ever armed in the session.
    timer_generation: int
    #: The session's timer that still waits.
    waiting: Timer | None = None
    #: The session's order or, where it has none, the contact's latest.
    last_order: OrderStanding | None = None
    #: Why the order that this turn would make cannot be written: it must do without.
    order_failure: str | None = None
    #: The number the customer writes from, in E.164, where the channel tells.
    contact_phone: str | None = None
    #: What the customer and we said in the session, oldest first: the turns a model is told, and as
    #: many more as one turn may add before they are summed up. An answer holds only what was not
    #: refused. Where no session is live, it is of the last one.
    history: tuple[PastTurn, ...] = ()
    #: What the last session leaves to the next: the customer's data and its summary.
    carried_data: Mapping[str, str] = field(default_factory=dict)
    carried_summary: str | None = None
    spending: Spending = field(default_factory=Spending)
    #: A person looks at the conversation.
    watched: bool = False

    @property
    def last_seq(self) -> int:
        """The newest inbound message this reading knows of."""
        return self.unread[-1].seq if self.unread else self.read_seq
