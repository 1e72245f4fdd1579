"""An order that cannot be written is not announced: the customer is told, a person sees to it."""

from dataclasses import replace

from morfx.crm.orders import order_of, unwritten
from morfx.domain.agent import Agent
from morfx.domain.session import Session
from morfx.domain.turn import Decision, TurnCommit
from morfx.engine.answering import say

#: Why the conversation is handed over.
ORDER_FAILED = "order_failed"


def without_order(
    turn: TurnCommit, session: Session, decision: Decision, agent: Agent
) -> tuple[TurnCommit, Decision]:
    """The decision without its order, and the turn with what a person must know of it."""
    reading, text = turn.reading, agent.speech.order_failed
    pack = decision.pack or session.state.pack_seleccionado
    wanted = replace(session, state=replace(session.state, pack_seleccionado=pack))
    order = order_of(wanted, reading, status=decision.order or "confirmed")
    drafts = say(text, agent=agent, session=wanted, shop=reading.shop) if text else ()
    return (
        replace(turn, task_detail=unwritten(order, reading.order_failure or "")),
        Decision(
            mode=session.mode,
            branch=f"{ORDER_FAILED}: {reading.order_failure}",
            drafts=drafts,
            pack=decision.pack,
            handoff_reason=ORDER_FAILED,
        ),
    )
