"""The next step of a sale, once its questions are answered: pure, and a table in its tests."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from morfx.agents.somnio.declaration import (
    ANOTHER_ORDER,
    BOUGHT,
    CANCELLATION,
    CHOICES,
    COLLECTING,
    CONFIRMS,
    DATA_MISSING,
    DATA_NEEDED,
    DATA_TAKEN,
    DEPARTMENT,
    GREETING,
    HESITATES,
    INFORMS,
    NOT_INTERESTED,
    OFFERING,
    OFFERS,
    ORDER_CORRECTED,
    ORDER_KEPT,
    ORDER_LEFT,
    PACK_CHANGED,
    SHOWS_PACKS,
    SUMMING_UP,
    TALKING,
    WANTS_TO_BUY,
)
from morfx.agents.somnio.ordered import gives_up_order
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing, unanswered
from morfx.domain.comprehension import DECLINED
from morfx.domain.order_standing import OrderStatus
from morfx.domain.session import Session

#: Intents that ask for the sale to go on.
BUYING = frozenset({WANTS_TO_BUY, CONFIRMS, *CHOICES})

#: Whoever gives one of these beside a question means to buy; a town alone may only be asked about.
_FOR_DELIVERY = frozenset({"telefono", "direccion", "barrio"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What the next step depends on, of what was said."""

    intents: Collection[str] = ()
    #: Names of the fields of customer data that were given or refused.
    data: Collection[str] = ()

    @property
    def chosen(self) -> str | None:
        """The pack that was named last."""
        packs = [CHOICES[intent] for intent in self.intents if intent in CHOICES]
        return packs[-1] if packs else None

    @property
    def buys(self) -> bool:
        return bool(BUYING & set(self.intents))

    @property
    def asks(self) -> bool:
        return bool(set(self.intents) - BUYING - {GREETING})

    @property
    def wants_to_know(self) -> bool:
        return bool((INFORMS | OFFERS) & set(self.intents))


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Where the sale stands after a message, and which of the shop's texts says so."""

    mode: str
    says: str | None = None
    pack: str | None = None
    order: OrderStatus | None = None
    #: Why a person must go on.
    handoff: str | None = None
    ends: Literal["lost"] | None = None


def next_step(agent: Agent, session: Session, heard: Heard, *, summed_up: bool = True) -> Step:
    """``summed_up``: the customer was shown the summary. A step that is not possible yet becomes
    the one that is: what is missing is asked for, and a pack named early is remembered
    (decision 13)."""
    step = _wanted(agent, session, heard, summed_up=summed_up)
    order = session.order
    if step.order and order and not order.may_change:
        says = ORDER_LEFT if order.has_left else None
        return Step(mode=session.mode, says=says, handoff="order_is_closed")
    return step


def _wanted(agent: Agent, session: Session, heard: Heard, *, summed_up: bool) -> Step:
    if session.mode == BOUGHT:
        return _bought(agent, session, heard)
    if NOT_INTERESTED in heard.intents:
        return _lost(session)
    pack = heard.chosen or session.state.pack_seleccionado
    if not heard.buys and not heard.data:
        return _asked(agent, session, heard, pack)
    only_asks = heard.asks and not heard.buys and not _FOR_DELIVERY & set(heard.data)
    if session.mode == TALKING and only_asks:
        return Step(mode=TALKING)
    if missing(agent.fields_of("required"), session.data):
        return _collect(agent, session, heard, pack)
    if pack is None:
        return _offer(agent, session, heard)
    if session.mode == SUMMING_UP and CONFIRMS in heard.intents and not heard.chosen and summed_up:
        return Step(mode=BOUGHT, says=CONFIRMS, pack=pack, order="confirmed")
    return _sum_up(session, pack)


def _lost(session: Session) -> Step:
    """What silence had ordered for them is not sent; over what they ordered a person is asked."""
    if gives_up_order(session):
        return Step(mode=session.mode, says=CANCELLATION, handoff="wants_to_cancel")
    cancelled: OrderStatus | None = "cancelled" if _is_provisional(session) else None
    return Step(mode=session.mode, says=NOT_INTERESTED, order=cancelled, ends="lost")


def _asked(agent: Agent, session: Session, heard: Heard, pack: str | None) -> Step:
    """A question keeps the mode; but whoever has given everything is answered and led on."""
    complete = not missing(agent.fields_of("required"), session.data)
    if session.mode != COLLECTING or not heard.wants_to_know or not complete:
        return Step(mode=session.mode)
    if pack is not None:
        return _sum_up(session, pack)
    says = None if OFFERS & set(heard.intents) else SHOWS_PACKS
    return Step(mode=OFFERING, says=says)


def _bought(agent: Agent, session: Session, heard: Heard) -> Step:
    """A correction changes the order, which is confirmed and stays the only one (decision 17)."""
    pack = session.state.pack_seleccionado
    if {NOT_INTERESTED, HESITATES} & set(heard.intents):
        return Step(mode=BOUGHT, says=CANCELLATION, pack=pack, handoff="wants_to_cancel")
    if heard.data and missing(agent.fields_of("required"), session.data):
        return Step(mode=BOUGHT, says=DATA_MISSING, pack=pack)
    if heard.chosen and heard.chosen != pack:
        return Step(mode=BOUGHT, says=PACK_CHANGED, pack=heard.chosen, order="confirmed")
    if heard.data:
        return Step(mode=BOUGHT, says=ORDER_CORRECTED, pack=pack, order="confirmed")
    if WANTS_TO_BUY in heard.intents:
        return Step(mode=BOUGHT, says=ANOTHER_ORDER, pack=pack, handoff="another_order")
    return Step(mode=BOUGHT, says=ORDER_KEPT if heard.buys else None, pack=pack)


def _collect(agent: Agent, session: Session, heard: Heard, pack: str | None) -> Step:
    """Whoever types their data in pieces is not interrupted, but once for which town of a name
    they mean; silence is what level 1 is for."""
    required = agent.fields_of("required")
    if any(session.data.get(name) == DECLINED for name in required if name in heard.data):
        says: str | None = DATA_NEEDED
    elif session.mode == COLLECTING:
        doubtful = missing(required, session.data) == (DEPARTMENT,)
        asked = session.state.pending_question == DATA_MISSING and "ciudad" not in heard.data
        says = DATA_MISSING if heard.buys or (doubtful and not asked) else None
    else:
        says = DATA_MISSING if session.state.datos_capturados else WANTS_TO_BUY
    return Step(mode=COLLECTING, says=says, pack=pack)


def _offer(agent: Agent, session: Session, heard: Heard) -> Step:
    """The packs, unless the customer may still add what is only asked for (level 2 waits)."""
    if session.mode == OFFERING and not heard.buys:
        return Step(mode=OFFERING, says=DATA_TAKEN)
    more = unanswered(agent.fields_of("asked"), session.data)
    if more and not heard.buys and not heard.asks:
        return Step(mode=COLLECTING, says=DATA_TAKEN)
    return Step(mode=OFFERING, says=SHOWS_PACKS)


def _sum_up(session: Session, pack: str) -> Step:
    """An order that silence made is what the customer says by now, and still to be confirmed."""
    order: OrderStatus | None = "provisional" if _is_provisional(session) else None
    says = next(intent for intent, named in CHOICES.items() if named == pack)
    return Step(mode=SUMMING_UP, says=says, pack=pack, order=order)


def _is_provisional(session: Session) -> bool:
    return session.order is not None and session.order.status == "provisional"
