"""A customer asked not to be written to any more, or to be written to again: one line says so."""

from datetime import datetime

from morfx.domain.conversation import Reading
from morfx.domain.opt_out import opts
from morfx.domain.turn import Decision, Draft, TurnCommit
from morfx.engine.decision import begun, carry_out
from morfx.engine.lifecycle import live_session
from morfx.engine.registry import Registry


def confirm(reading: Reading, agents: Registry, now: datetime) -> TurnCommit | None:
    """The shop's line, where what is unread asks for it; intake has written the wish itself.

    Who opts out leaves the conversation too.
    """
    asked = {opts(message.text) for message in reading.unread}
    if reading.switches.opted_out and "out" in asked:
        words, branch = reading.shop.opt_out_message, "opted_out"
    elif not reading.switches.opted_out and asked == {"in"}:
        words, branch = reading.shop.opt_in_message, "opted_in"
    else:
        return None
    agent = agents.get(reading.shop.agent_id)
    session, ended = live_session(reading, agent, now)
    leaves = branch == "opted_out"
    decision = Decision(
        mode=session.mode,
        branch=branch,
        drafts=(Draft(text=words),),
        end_reason="lost" if leaves else None,
    )
    turn = begun(reading, session, ended, now)
    return carry_out(turn, session, agent, decision, purpose="opt_out" if leaves else "reply")
