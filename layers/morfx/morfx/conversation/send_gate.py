"""The one place that says whether a bubble may leave now (law 5)."""

from datetime import datetime, timedelta

from morfx.domain.delivery import GateFacts
from morfx.domain.quiet_hours import is_quiet

#: WhatsApp lets a business speak freely this long after the customer's last message.
CUSTOMER_SERVICE_WINDOW = timedelta(hours=24)


def refusal(facts: GateFacts, *, now: datetime) -> str | None:
    """Why the bubble may not be sent, or None where it may."""
    silence = facts.switches.silence_reason(now)
    if silence and not (silence == "handed_off" and facts.purpose == "handoff"):
        return silence
    if facts.newer_inbound:
        return "newer_inbound"
    if facts.last_inbound_at is None or now - facts.last_inbound_at >= CUSTOMER_SERVICE_WINDOW:
        return "window_closed"
    if facts.purpose == "proactive":
        return _proactive_refusal(facts, now)
    return None


def _proactive_refusal(facts: GateFacts, now: datetime) -> str | None:
    if facts.quiet_hours_enabled and is_quiet(now):
        return "quiet_hours"
    if facts.proactive_sent >= facts.proactive_daily_cap:
        return "contact_cap"
    return None
