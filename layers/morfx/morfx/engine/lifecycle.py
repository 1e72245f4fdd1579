"""A session's life: it begins, remembers, and ends with a reason (decisions 8 to 10)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from morfx.domain import address, phone, places
from morfx.domain.agent import Agent
from morfx.domain.comprehension import DECLINED, Comprehension
from morfx.domain.conversation import Reading
from morfx.domain.identifier import SessionId, new_id
from morfx.domain.session import EndReason, IntentSeen, Session, SessionState, SessionStatus
from morfx.domain.turn import DomainEvent, EventType

#: What the beginning of a mode is told as.
MODE_EVENTS: Mapping[str, EventType] = {"collecting_data": "collecting_data.started"}


#: Sightings kept of each intent, so that a long session's state stays as small as a short one's.
SIGHTINGS = 3


def live_session(reading: Reading, agent: Agent, now: datetime) -> tuple[Session, Session | None]:
    """The session to go on with, and the one that ended for want of activity.

    A new session takes over the customer's data and the summary, not the mode and not the pack.
    """
    previous = reading.session
    if previous and not previous.is_idle(now):
        return continued(replace(previous, last_activity_at=now), reading), None
    last = previous.state if previous else None
    session = Session(
        id=SessionId(new_id()),
        agent_id=agent.id,
        version=0,
        status="active",
        mode=agent.initial_state,
        last_activity_at=now,
        state=SessionState(
            datos_capturados=last.datos_capturados if last else reading.carried_data,
            summary=last.summary if last else reading.carried_summary,
        ),
    )
    order = continued(previous, reading).order if previous else None
    bought = order is not None and order.status == "confirmed"
    ended = end(previous, "won" if bought else "idle") if previous else None
    return continued(session, reading), ended


def continued(session: Session, reading: Reading) -> Session:
    """The session with what the shop knows of the customer besides; WhatsApp's own number is a
    default they may correct (decision 11)."""
    number = phone.normalised(reading.contact_phone or "")
    known = {"telefono": number} if number else {}
    return replace(session, known_before=known, last_order=reading.last_order)


def end(session: Session, reason: EndReason) -> Session:
    """The session closed, or handed off, for this reason."""
    status: SessionStatus = "handed_off" if reason == "handoff" else "closed"
    return replace(session, status=status, end_reason=reason)


def remember(
    session: Session, comprehension: Comprehension, reading: Reading, now: datetime
) -> Session:
    """The session with the intents seen and the data given in this reading."""
    state = session.state
    data = merged(state.datos_capturados, comprehension.fields)
    return replace(
        session,
        state=replace(
            state,
            intents_vistos=_seen(state, comprehension, reading, now),
            datos_capturados=data,
            first_data_at=state.first_data_at or (now if data else None),
        ),
    )


def _seen(
    state: SessionState, comprehension: Comprehension, reading: Reading, now: datetime
) -> tuple[IntentSeen, ...]:
    known = [seen for seen in state.intents_vistos if seen.seq <= reading.read_seq]
    counted = max((seen.orden for seen in known), default=0)
    news = [
        IntentSeen(intent=found.intent, orden=orden, timestamp=now, seq=reading.last_seq)
        for orden, found in enumerate(comprehension.intents, counted + 1)
    ]
    kept: list[IntentSeen] = []
    for seen in reversed((*known, *news)):
        if sum(other.intent == seen.intent for other in kept) < SIGHTINGS:
            kept.append(seen)
    return tuple(reversed(kept))


def merged(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What is given replaces what is known; nothing never does, nor does a refusal to say again.

    A flat or floor given alone is added to the address, and a corrected ciudad takes back a
    departamento that has no town of its name. A town that is called like the departamento of the
    known one is that departamento.
    """
    news = {
        name: value
        for name, value in given.items()
        if value and not (value == DECLINED and known.get(name))
    }
    kept = dict(known)
    if places.is_department_of(news.get("ciudad", ""), kept.get("ciudad", DECLINED)):
        news["departamento"] = news.pop("ciudad")
    if "direccion" in news and kept.get("direccion", DECLINED) != DECLINED:
        news["direccion"] = address.extended(kept["direccion"], news["direccion"])
    if "ciudad" in news and not places.may_be_in(news["ciudad"], kept.get("departamento", "")):
        del kept["departamento"]
    return {**kept, **news}


def session_events(session: Session, ended: Session | None) -> tuple[DomainEvent, ...]:
    events = []
    if ended:
        events.append(DomainEvent(type="session.close", payload={"reason": ended.end_reason}))
    if session.version == 0:
        events.append(DomainEvent(type="session.started", payload={"agent_id": session.agent_id}))
    return tuple(events)
