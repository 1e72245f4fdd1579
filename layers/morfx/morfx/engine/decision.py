"""What a turn will commit, decided without writing anything."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime

from morfx.crm.orders import events_of, order_of
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing
from morfx.domain.comprehension import DECLINED, TOLD, Comprehension, Context
from morfx.domain.conversation import Reading
from morfx.domain.deadline import Deadline
from morfx.domain.errors import AgentError
from morfx.domain.identifier import MessageId, new_id
from morfx.domain.message import Bubble, Purpose
from morfx.domain.orchestration import Orchestration
from morfx.domain.order import Order
from morfx.domain.session import Session
from morfx.domain.turn import Decision, DomainEvent, Draft, EventType, TurnCommit
from morfx.engine.answering import NOTHING_NEW, clarification, say
from morfx.engine.chain import TURN_SECONDS
from morfx.engine.composition import MAX_BUBBLES, at_most
from morfx.engine.failed_order import without_order
from morfx.engine.follow_up import with_follow_up
from morfx.engine.handover import brief
from morfx.engine.lifecycle import MODE_EVENTS, end, live_session, remember, session_events
from morfx.engine.mind import Mind, Understanding, understand
from morfx.engine.proof import proof_of
from morfx.engine.summary import summarised

#: What the clarification leaves pending: a second doubt is for a person.
CLARIFIED = "clarification"


def answer(
    reading: Reading,
    *,
    agent: Agent,
    mind: Mind,
    known: dict[Hashable, Understanding],
    now: datetime,
) -> TurnCommit:
    """Answer everything unread. Raises AgentError where the agent or its texts are broken.

    ``known``: what was understood in an earlier try of the same turn.
    """
    session, ended = live_session(reading, agent, now)
    reading = quoted(reading, session)
    turn = begun(reading, session, ended, now)
    early = _without_comprehension(reading, session, agent)
    if early:
        return carry_out(turn, session, agent, early)
    texts = [message.text for message in reading.unread if message.text]
    context = _context(reading, session)
    read = (tuple(texts), context.mode, context.last_bot)
    understanding = known.get(read) or understand(
        texts, context, agent=agent, session=session, reading=reading, mind=mind, now=now
    )
    known[read] = understanding
    if understanding.summary:
        session = summarised(session, understanding.summary)
        context = replace(context, summary=session.state.summary)
    session = remember(session, understanding.comprehension, reading, now)
    decision = _by_band(understanding, session, agent, reading)
    if decision.open and decision.drafts and mind.open_questions:
        orchestration = understanding.orchestration or mind.open_questions(
            texts,
            context,
            agent=agent,
            reading=reading,
            session=session,
            calls=understanding.calls,
            deadline=Deadline.within(TURN_SECONDS, now=now),
        )
        known[read] = understanding = replace(understanding, orchestration=orchestration)
        decision = _answered(decision, orchestration)
    decision = _keeping_order(decision, session, understanding.comprehension, agent)
    turn = replace(
        turn,
        summary=understanding.summary,
        comprehension=understanding.comprehension,
        orchestration=understanding.orchestration,
    )
    return carry_out(turn, session, agent, decision, understanding=understanding)


def carry_out(
    turn: TurnCommit,
    session: Session,
    agent: Agent,
    decision: Decision,
    *,
    purpose: Purpose = "reply",
    understanding: Understanding | None = None,
) -> TurnCommit:
    """The turn with everything the decision asks for."""
    failure = turn.reading.order_failure
    if decision.order and failure:
        turn, decision = without_order(turn, session, decision, agent, failure)
    _check(decision, session, agent)
    drafts = decision.drafts
    if decision.handoff_reason:
        # All of it leaves, though the bot is off from here.
        words, purpose = Draft(text=turn.reading.shop.handoff_message), "handoff"
        drafts = at_most((*drafts, words), MAX_BUBBLES)
    before = session.mode
    session = _decided(session, decision, agent, turn, speaks=bool(drafts))
    order = decision.order and order_of(
        session, turn.reading, status=decision.order, heard=turn.heard
    )
    turn = replace(
        turn,
        session=session,
        silence_reason=decision.silence_reason,
        handoff_reason=decision.handoff_reason,
        brief=_brief(turn, session, agent) if decision.handoff_reason else "",
        bubbles=tuple(_bubble(draft, purpose, place, turn) for place, draft in enumerate(drafts)),
        order=order,
        events=(*turn.events, *_events(decision, session, before, order, len(drafts))),
    )
    turn = with_follow_up(turn, session, agent)
    return replace(turn, proof=proof_of(turn, decision, understanding))


def _brief(turn: TurnCommit, session: Session, agent: Agent) -> str:
    lines = (turn.brief, brief(agent, session, turn.reading.shop))
    return "\n".join(filter(None, lines))


def _decided(
    session: Session, decision: Decision, agent: Agent, turn: TurnCommit, *, speaks: bool
) -> Session:
    """The session as the decision leaves it."""
    state, reason = session.state, "handoff" if decision.handoff_reason else decision.end_reason
    quotes = any(draft.quotes for draft in decision.drafts)
    asked = {pack.pack: pack.price for pack in turn.reading.shop.packs} if quotes else {}
    needs = missing(agent.fields_of("required"), session.data)
    session = replace(
        session,
        mode=decision.mode,
        tokens_used=session.tokens_used + sum(call.tokens for call in turn.calls),
        state=replace(
            state,
            pending_question=decision.asks if speaks else state.pending_question,
            pack_seleccionado=decision.pack or state.pack_seleccionado,
            cotizado={**asked, **state.cotizado},
            min_data_at=state.min_data_at or (None if needs else turn.at),
            ofrecer_promos_at=state.ofrecer_promos_at
            or (turn.at if decision.promos_offered else None),
        ),
    )
    return end(session, reason) if reason else session


def quoted(reading: Reading, session: Session) -> Reading:
    """The reading with the prices this customer was told: they hold as long as the session."""
    return replace(reading, shop=reading.shop.quoting(session.state.cotizado))


def begun(reading: Reading, session: Session, ended: Session | None, now: datetime) -> TurnCommit:
    return TurnCommit(
        reading=reading,
        reads_to=reading.last_seq,
        session=session,
        ended=ended,
        heard="\n".join(message.text for message in reading.unread),
        events=session_events(session, ended),
        at=now,
    )


def _without_comprehension(reading: Reading, session: Session, agent: Agent) -> Decision | None:
    """What needs no understanding: mere reactions, and what cannot be read."""
    if all(message.type == "reaction" for message in reading.unread):
        return Decision(mode=session.mode, branch="reaction", silence_reason="reaction")
    if any(message.text.strip() for message in reading.unread):
        return None
    asked = say(agent.speech.unreadable, agent=agent, session=session, shop=reading.shop)
    given_up = None if asked else "unreadable"
    return Decision(mode=session.mode, branch="unreadable", drafts=asked, handoff_reason=given_up)


def _by_band(
    understanding: Understanding, session: Session, agent: Agent, reading: Reading
) -> Decision:
    """A person where one is asked for; else as sure as the reading is (facts/agent.md §1.9)."""
    comprehension, band = understanding.comprehension, understanding.band
    if comprehension.wants_human:
        return Decision(mode=session.mode, branch="wants_human", handoff_reason="customer_asked")
    if band in ("proceed", "reanalyze") and not _is_doubtful(understanding, agent):
        decision = agent.decide(agent, session, comprehension, reading.shop)
        speechless = not (decision.drafts or decision.silence_reason or decision.handoff_reason)
        return replace(decision, handoff_reason=NOTHING_NEW) if speechless else decision
    if band == "handoff" and session.state.pending_question == CLARIFIED:
        return Decision(mode=session.mode, branch="still_unclear", handoff_reason="not_understood")
    drafts = clarification(comprehension, agent=agent, session=session, shop=reading.shop)
    if not drafts:
        return Decision(mode=session.mode, branch="still_unclear", handoff_reason="not_understood")
    return Decision(mode=session.mode, branch=f"clarify:{band}", drafts=drafts, asks=CLARIFIED)


def _is_doubtful(understanding: Understanding, agent: Agent) -> bool:
    """Silence is only for what surely needs no answer, an answer only for what may be meant."""
    comprehension = understanding.comprehension
    if not comprehension.intents:
        needless = comprehension.message_class == "irrelevante"
        return needless and understanding.band != "proceed"
    surest = max(reading.confidence for reading in comprehension.intents)
    return surest < agent.thresholds.clarify


def _answered(decision: Decision, orchestration: Orchestration) -> Decision:
    """With the model's answer, where it gave one that may be said."""
    if not orchestration.text:
        return decision
    return replace(decision, drafts=(Draft(text=orchestration.text, quotes=True),))


def _keeping_order(
    decision: Decision, session: Session, comprehension: Comprehension, agent: Agent
) -> Decision:
    """With the session's order following what was said of its delivery, whatever else the turn is
    about. What is told to a person, or lacks what an order needs, changes none."""
    order = session.order
    if decision.order or decision.handoff_reason or not (comprehension.fields and order):
        return decision
    required = agent.fields_of("required")
    whole = all(session.data.get(name, DECLINED) != DECLINED for name in required)
    return replace(decision, order=order.status) if whole and order.may_change else decision


def _context(reading: Reading, session: Session) -> Context:
    history = reading.history[-TOLD:] if session.version else ()  # else it is the last session's
    said = [turn.content for turn in history if turn.role == "assistant" and turn.content]
    return Context(
        mode=session.mode,
        last_bot=said[-1] if said else None,
        history=history,
        summary=session.state.summary,
        known_fields=session.state.datos_capturados,
        pack=session.state.pack_seleccionado,
    )


def _check(decision: Decision, session: Session, agent: Agent) -> None:
    allowed = agent.transitions[session.mode] | {session.mode}
    if decision.mode not in allowed:
        raise AgentError(f"{agent.id}: no transition from {session.mode} to {decision.mode}")
    speaks = bool(decision.drafts or decision.handoff_reason)
    if speaks == bool(decision.silence_reason):
        raise AgentError(f"{agent.id}: a decision either speaks or says why it is silent")


def _events(
    decision: Decision, session: Session, before: str, order: Order | None, bubbles: int
) -> tuple[DomainEvent, ...]:
    """What happened, in the order it did."""
    silent = decision.silence_reason
    spoken = DomainEvent(
        type="turn.silent" if silent else "turn.answered",
        payload={"reason": silent} if silent else {"bubbles": bubbles},
    )
    begun = MODE_EVENTS.get(session.mode) if session.mode != before else None
    done: tuple[EventType | None, ...] = (
        begun,
        "promos.offered" if decision.promos_offered else None,
    )
    ended: tuple[tuple[EventType, str | None], ...] = (
        ("handoff", decision.handoff_reason),
        ("session.close", session.end_reason),
    )
    return (
        *(DomainEvent(type=type_) for type_ in done if type_),
        *(events_of(order) if order else ()),
        spoken,
        *(DomainEvent(type=type_, payload={"reason": why}) for type_, why in ended if why),
    )


def _bubble(draft: Draft, purpose: Purpose, position: int, turn: TurnCommit) -> Bubble:
    return Bubble(
        id=MessageId(new_id()),
        position=position,
        text=draft.text,
        purpose=purpose,
        template_ids=draft.template_ids,
        delay_seconds=round(draft.delay_seconds * turn.reading.shop.response_speed),
        choices=draft.choices,
        media=draft.media,
        cancelled_because=f"unresolved_variable: {draft.unresolved}" if draft.unresolved else None,
    )
