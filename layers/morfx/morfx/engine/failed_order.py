"""An order that cannot be written is not announced: the customer is told, a person sees to it."""

from dataclasses import replace

from morfx.crm.orders import unwritten
from morfx.domain.agent import Agent
from morfx.domain.session import Session
from morfx.domain.turn import Decision, TurnCommit
from morfx.engine.answering import say

#: Why the conversation is handed over.
ORDER_FAILED = "order_failed"


def without_order(
    turn: TurnCommit, session: Session, decision: Decision, agent: Agent, failure: str
) -> tuple[TurnCommit, Decision]:
    """The decision without its order, and the turn with why that is. What was to be ordered stays
    chosen, and so stands in what the person is told."""
    text = agent.speech.order_failed
    drafts = say(text, agent=agent, session=session, shop=turn.reading.shop) if text else ()
    return (
        replace(turn, brief=unwritten(failure)),
        Decision(
            mode=session.mode,
            branch=f"{ORDER_FAILED}: {failure}",
            drafts=drafts,
            pack=decision.pack,
            handoff_reason=ORDER_FAILED,
        ),
    )
