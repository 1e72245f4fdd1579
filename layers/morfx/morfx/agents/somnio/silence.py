"""What Somnio's seller does when the customer stays silent, by level (facts/agent.md §4.1)."""

from dataclasses import replace

from morfx.agents.somnio.declaration import (
    CHANGES_SOMETHING,
    CHOICES,
    DEFAULT_PACK,
    HESITATES,
    OFFERING,
    OFFERS,
    PROVISIONAL_ORDER,
    SHOWS_PACKS,
    TIMERS,
)
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.domain.turn import Decision
from morfx.engine.answering import NOTHING_NEW, say
from morfx.engine.variation import was_said

#: Level → what is done, as an operator reads it.
DONE = {0: "reminded", 1: "missing_data_requested", 2: "promos_offered"}


def on_silence(agent: Agent, session: Session, level: int, shop: Shop) -> Decision:
    """Remind, name what is missing, offer the packs; over packs and summary, as the shop wants.

    Whoever wanted to think it over is not pressed for data, is reminded of packs and summary, and
    nothing is ordered for them; nor for whom the packs never reached: they are shown again.
    """
    hesitates = session.state.pending_question in (HESITATES, CHANGES_SOMETHING)
    if level in DONE and hesitates:
        return Decision(
            mode=session.mode, branch="not_pressed", silence_reason="customer_hesitates"
        )
    if level in DONE:
        decision = _said(TIMERS[level].says, DONE[level], agent, session, shop)
        if level == 2:
            return replace(decision, mode=OFFERING, promos_offered=True)
        return decision
    choice = shop.silence_choices.get(level, "create_order")
    if choice == "nothing":
        return Decision(mode=session.mode, branch="nothing", silence_reason="shop_wants_nothing")
    lacking = missing(agent.fields_of("required"), session.data)
    if not any(was_said(name, shop, session.state) for name in OFFERS | CHOICES.keys()):
        return _said(SHOWS_PACKS, "promos_offered", agent, session, shop)
    if choice == "remind" or hesitates or lacking:
        return _said(TIMERS[level].says, "reminded", agent, session, shop)
    return _ordered(agent, session, shop)


def _ordered(agent: Agent, session: Session, shop: Shop) -> Decision:
    """A provisional order that a person will confirm; the customer is told so (decision 18)."""
    pack = session.state.pack_seleccionado or DEFAULT_PACK
    session = replace(session, state=replace(session.state, pack_seleccionado=pack))
    decision = _said(PROVISIONAL_ORDER, "order_created", agent, session, shop)
    return replace(decision, pack=pack, order="provisional")


def _said(text: str, branch: str, agent: Agent, session: Session, shop: Shop) -> Decision:
    drafts = say(text, agent=agent, session=session, shop=shop)
    return Decision(
        mode=session.mode,
        branch=branch,
        drafts=drafts,
        silence_reason=None if drafts else NOTHING_NEW,
        asks=text if text == SHOWS_PACKS else session.state.pending_question,
    )
