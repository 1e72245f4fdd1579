"""The next step of a sale, once its questions are answered: pure, and a table in its tests."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from morfx.agents.somnio.declaration import (
    BOUGHT,
    CHOICES,
    COLLECTING,
    CONFIRMS,
    DATA_MISSING,
    DATA_TAKEN,
    GREETING,
    OFFERING,
    OFFERS,
    ORDER_CORRECTED,
    ORDER_KEPT,
    SHOWS_PACKS,
    SUMMING_UP,
    TALKING,
    WANTS_TO_BUY,
)
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing, unanswered
from morfx.domain.session import Session

#: Intents that ask for the sale to go on.
BUYING = frozenset({WANTS_TO_BUY, CONFIRMS, *CHOICES})


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Where the sale stands after a message, and which of the shop's texts says so."""

    mode: str
    says: str | None = None
    pack: str | None = None
    order: Literal["confirmed"] | None = None


def next_step(agent: Agent, session: Session, intents: Collection[str], *, data: bool) -> Step:
    """``data``: the message gave some. A step that is not possible yet becomes the one that is:
    what is missing is asked for, and a pack named early is remembered (decision 13)."""
    chosen = [CHOICES[intent] for intent in intents if intent in CHOICES]
    pack = chosen[-1] if chosen else session.state.pack_seleccionado
    if session.mode == BOUGHT:
        return _bought(session, intents, data=data)
    buys = bool(BUYING & set(intents))
    asks = bool(set(intents) - BUYING - {GREETING})
    if not buys and (not data or (asks and session.mode == TALKING)):
        return _shown(agent, session, intents)
    if missing(agent.fields_of("required"), session.data):
        return _ask(session, intents, pack)
    if pack is None:
        return _offer(agent, session, intents)
    if session.mode == SUMMING_UP and CONFIRMS in intents and not chosen:
        return Step(mode=BOUGHT, says=CONFIRMS, pack=pack, order="confirmed")
    return Step(mode=SUMMING_UP, says=_choice(pack), pack=pack)


def _shown(agent: Agent, session: Session, intents: Collection[str]) -> Step:
    """A question keeps the mode; whoever has given everything and asks for packs may choose."""
    complete = not missing(agent.fields_of("required"), session.data)
    offered = complete and OFFERS & set(intents) and session.mode == COLLECTING
    return Step(mode=OFFERING if offered else session.mode)


def _bought(session: Session, intents: Collection[str], *, data: bool) -> Step:
    """A correction changes the order, which is confirmed and stays the only one (decision 17)."""
    pack = session.state.pack_seleccionado
    if data:
        return Step(mode=BOUGHT, says=ORDER_CORRECTED, pack=pack, order="confirmed")
    return Step(mode=BOUGHT, says=ORDER_KEPT if BUYING & set(intents) else None, pack=pack)


def _ask(session: Session, intents: Collection[str], pack: str | None) -> Step:
    """Whoever types their data in pieces is not interrupted; silence is what level 1 is for."""
    if session.mode != COLLECTING:
        return Step(mode=COLLECTING, says=WANTS_TO_BUY, pack=pack)
    return Step(mode=COLLECTING, says=DATA_MISSING if intents else None, pack=pack)


def _offer(agent: Agent, session: Session, intents: Collection[str]) -> Step:
    """The packs, unless the customer may still add what is only asked for (level 2 waits)."""
    more = unanswered(agent.fields_of("asked"), session.data)
    if more and session.mode in (TALKING, COLLECTING) and not BUYING & set(intents):
        return Step(mode=COLLECTING, says=DATA_TAKEN)
    return Step(mode=OFFERING, says=SHOWS_PACKS)


def _choice(pack: str) -> str:
    return next(intent for intent, named in CHOICES.items() if named == pack)
