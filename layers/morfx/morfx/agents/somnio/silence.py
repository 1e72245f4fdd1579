"""What Somnio's seller does when the customer stays silent, by level (facts/agent.md §4.1)."""

from dataclasses import replace

from morfx.agents.somnio.declaration import (
    DEFAULT_PACK,
    OFFERING,
    PROVISIONAL_ORDER,
    SHOWS_PACKS,
    TIMERS,
)
from morfx.domain.agent import Agent
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.domain.turn import Decision
from morfx.engine.composition import compose, texts_for
from morfx.engine.variables import variables

#: Level → what is done, as an operator reads it.
DONE = {0: "reminded", 1: "missing_data_requested", 2: "promos_offered"}


def on_silence(agent: Agent, session: Session, level: int, shop: Shop) -> Decision:
    """Remind, name what is missing, offer the packs; over packs and summary, as the shop wants."""
    if level in DONE:
        decision = _said(TIMERS[level].says, DONE[level], agent, session, shop)
        if level == 2:
            return replace(decision, mode=OFFERING, promos_offered=True)
        return decision
    choice = shop.silence_choices.get(level, "create_order")
    if choice == "nothing":
        return Decision(mode=session.mode, branch="nothing", silence_reason="shop_wants_nothing")
    if choice == "remind":
        return _said(TIMERS[level].says, "reminded", agent, session, shop)
    return _ordered(agent, session, shop)


def _ordered(agent: Agent, session: Session, shop: Shop) -> Decision:
    """A provisional order that a person will confirm; the customer is told so (decision 18)."""
    pack = session.state.pack_seleccionado or DEFAULT_PACK
    session = replace(session, state=replace(session.state, pack_seleccionado=pack))
    decision = _said(PROVISIONAL_ORDER, "order_created", agent, session, shop)
    return replace(decision, pack=pack, order="provisional")


def _said(text: str, branch: str, agent: Agent, session: Session, shop: Shop) -> Decision:
    texts = texts_for(text, shop, session.state)
    return Decision(
        mode=session.mode,
        branch=branch,
        drafts=compose(texts, shop, variables(agent, session, shop)),
        asks=text if text == SHOWS_PACKS else session.state.pending_question,
    )
