from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from morfx.conversation.send_gate import refusal
from morfx.domain.conversation import Switches
from morfx.domain.delivery import GateFacts
from morfx.domain.quiet_hours import BOGOTA

FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=BOGOTA)
SUNDAY_NIGHT = datetime(2026, 11, 22, 21, tzinfo=BOGOTA)

OPEN = Switches(agent_enabled=True, bot_state="on", muted_until=None, opted_out=False)


def facts(now: datetime = FRIDAY_NOON, **changes: Any) -> GateFacts:
    sendable = GateFacts(
        purpose="reply",
        switches=OPEN,
        last_inbound_at=now - timedelta(minutes=1),
        newer_inbound=False,
        quiet_hours_enabled=True,
        proactive_daily_cap=4,
        proactive_sent=0,
    )
    return replace(sendable, **changes)


def test_an_answer_within_the_window_leaves() -> None:
    assert refusal(facts(), now=FRIDAY_NOON) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"switches": replace(OPEN, agent_enabled=False)}, "agent_disabled"),
        ({"switches": replace(OPEN, bot_state="off")}, "handed_off"),
        ({"switches": replace(OPEN, opted_out=True)}, "opted_out"),
        ({"newer_inbound": True}, "newer_inbound"),
        ({"last_inbound_at": None}, "window_closed"),
        ({"last_inbound_at": FRIDAY_NOON - timedelta(hours=24)}, "window_closed"),
    ],
)
def test_every_refusal_names_its_reason(changes: dict[str, Any], reason: str) -> None:
    assert refusal(facts(**changes), now=FRIDAY_NOON) == reason


def test_a_muted_bot_speaks_again_when_the_time_has_come() -> None:
    until = FRIDAY_NOON + timedelta(minutes=30)
    muted = facts(switches=replace(OPEN, bot_state="muted", muted_until=until))

    assert refusal(muted, now=until - timedelta(seconds=1)) == "muted"
    assert refusal(muted, now=until) is None


def test_quiet_hours_bind_what_we_start_and_not_what_we_answer() -> None:
    assert refusal(facts(SUNDAY_NIGHT, purpose="proactive"), now=SUNDAY_NIGHT) == "quiet_hours"
    assert refusal(facts(SUNDAY_NIGHT), now=SUNDAY_NIGHT) is None


def test_a_workspace_may_lift_its_quiet_hours() -> None:
    lifted = facts(SUNDAY_NIGHT, purpose="proactive", quiet_hours_enabled=False)

    assert refusal(lifted, now=SUNDAY_NIGHT) is None


def test_a_contact_is_spoken_to_first_only_so_often_a_day() -> None:
    capped = facts(purpose="proactive", proactive_sent=4)

    assert refusal(capped, now=FRIDAY_NOON) == "contact_cap"
    assert refusal(replace(capped, purpose="reply"), now=FRIDAY_NOON) is None
