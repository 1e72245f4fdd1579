"""The one place that says whether a bubble may leave now (law 5)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from morfx.domain.content import filled
from morfx.domain.delivery import GateFacts, Verdict
from morfx.domain.errors import UnresolvedVariable
from morfx.domain.message import Purpose
from morfx.domain.quiet_hours import is_quiet, next_contact_time

#: WhatsApp lets a business speak freely this long after the customer's last message.
CUSTOMER_SERVICE_WINDOW = timedelta(hours=24)

#: What a purpose may be said in spite of: it is itself the news of it.
EXEMPT: dict[Purpose, str] = {"handoff": "handed_off", "opt_out": "opted_out"}

#: Within this time, and unless the customer wrote in between, another turn's text is not repeated:
#: two messages written in one breath are answered once, and nobody is reminded twice.
DUPLICATE_WITHIN: dict[Purpose, timedelta] = {
    "reply": timedelta(minutes=10),
    "proactive": timedelta(hours=12),
}

#: Seconds over which those that waited for one instant leave, each at its own.
SMEAR = {"quiet_hours": 600, "number_paused": 60}

Test = Callable[[GateFacts, datetime], bool]


def judge(facts: GateFacts, *, now: datetime) -> Verdict:
    """Whether the bubble leaves now and as what, leaves later, or never, and why."""
    refusal = _silence(facts, now) or _refusal(facts, now)
    if refusal:
        return Verdict(reason=refusal)
    for reason, held_until in HOLDS:
        until = held_until(facts, now)
        if until and reason == "quiet_hours" and facts.in_quiet_hours == "refuse":
            return Verdict(reason=reason)
        if until:
            return Verdict(reason=reason, until=_smeared(until, reason, facts))
    return Verdict() if is_window_open(facts, now) else _by_template(facts)


def is_window_open(facts: GateFacts, now: datetime) -> bool:
    """Whether the customer wrote within a day, and Meta did not say otherwise since."""
    wrote, closed = facts.last_inbound_at, facts.window_closed_at
    if wrote is None or now - wrote >= CUSTOMER_SERVICE_WINDOW:
        return False
    return closed is None or wrote > closed


def _silence(facts: GateFacts, now: datetime) -> str | None:
    reason = facts.switches.silence_reason(now)
    return None if reason == EXEMPT.get(facts.purpose) else reason


def _refusal(facts: GateFacts, now: datetime) -> str | None:
    return next((reason for reason, holds in REFUSALS if holds(facts, now)), None)


def _is_duplicate(facts: GateFacts, now: datetime) -> bool:
    within = DUPLICATE_WITHIN.get(facts.purpose)
    if within is None:
        return False
    return facts.said_in_turn or (facts.said_at is not None and now - facts.said_at < within)


def _has_no_way(facts: GateFacts, now: datetime) -> bool:
    return facts.approved_template is None and not is_window_open(facts, now)


def _is_above_contact_cap(facts: GateFacts, now: datetime) -> bool:
    return facts.purpose == "proactive" and facts.proactive_sent >= facts.proactive_daily_cap


#: What forbids a bubble for good; the first that holds is its reason.
REFUSALS: tuple[tuple[str, Test], ...] = (
    ("newer_inbound", lambda facts, _: facts.newer_inbound),
    ("window_closed", _has_no_way),
    ("duplicate", _is_duplicate),
    ("contact_cap", _is_above_contact_cap),
    ("number_cap", lambda facts, _: facts.number_taken >= facts.number_daily_cap),
)


def _quiet_until(facts: GateFacts, now: datetime) -> datetime | None:
    if facts.purpose != "proactive" or not facts.quiet_hours_enabled or not is_quiet(now):
        return None
    return next_contact_time(now)


def _paused_until(facts: GateFacts, now: datetime) -> datetime | None:
    until = facts.number_paused_until
    return until if until and now < until else None


def _waits_until(facts: GateFacts, now: datetime) -> datetime | None:
    return facts.not_before if facts.not_before and now < facts.not_before else None


#: What only puts a bubble off, and until when; the first that does is its reason.
HOLDS: tuple[tuple[str, Callable[[GateFacts, datetime], datetime | None]], ...] = (
    ("quiet_hours", _quiet_until),
    ("number_paused", _paused_until),
    ("throttled", _waits_until),
)


def _smeared(until: datetime, reason: str, facts: GateFacts) -> datetime:
    """An instant of this bubble's own: the random end of its id says which."""
    spread = SMEAR.get(reason)
    return until + timedelta(seconds=facts.message_id.int % spread) if spread else until


def _by_template(facts: GateFacts) -> Verdict:
    if facts.approved_template is None:
        return Verdict(reason="window_closed")
    values = {"nombre": facts.contact_name, "texto": facts.text}
    try:
        return Verdict(template=filled(facts.approved_template, values))
    except UnresolvedVariable as error:
        return Verdict(reason=f"unresolved_variable: {error}")
