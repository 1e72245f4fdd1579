from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.conversation.send_gate import (
    DUPLICATE_WITHIN,
    HOLDS,
    REFUSALS,
    SMEAR,
    judge,
)
from morfx.domain.content import ApprovedTemplate
from morfx.domain.conversation import Switches
from morfx.domain.delivery import GateFacts, Verdict
from morfx.domain.identifier import MessageId, new_id
from morfx.domain.message import Purpose
from morfx.domain.quiet_hours import BOGOTA, is_quiet

FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=BOGOTA)
SUNDAY_NIGHT = datetime(2026, 11, 22, 21, tzinfo=BOGOTA)
MONDAY_OPENING = datetime(2026, 11, 23, 7, tzinfo=BOGOTA)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

OPEN = Switches(agent_enabled=True, bot_state="on", muted_until=None, opted_out=False)
REMINDER = ApprovedTemplate(name="recordatorio", language="es_CO", variables=("nombre", "texto"))


def facts(now: datetime = FRIDAY_NOON, **changes: Any) -> GateFacts:
    sendable = GateFacts(
        message_id=MessageId(new_id()),
        purpose="reply",
        text="Hola,\n¿sigues ahí?",
        switches=OPEN,
        newer_inbound=False,
        last_inbound_at=now - MINUTE,
        window_closed_at=None,
        approved_template=None,
        contact_name="Ana",
        said_in_turn=False,
        said_at=None,
        quiet_hours_enabled=True,
        in_quiet_hours="defer",
        proactive_daily_cap=4,
        proactive_sent=0,
        number_daily_cap=10,
        number_taken=0,
        number_paused_until=None,
        not_before=None,
    )
    return replace(sendable, **changes)


def reason(now: datetime = FRIDAY_NOON, **changes: Any) -> str | None:
    return judge(facts(now, **changes), now=now).reason


def test_an_answer_within_the_window_leaves() -> None:
    assert judge(facts(), now=FRIDAY_NOON) == Verdict()


NEVER: list[tuple[dict[str, Any], str]] = [
    ({"switches": replace(OPEN, kill_switch=True)}, "kill_switch"),
    ({"switches": replace(OPEN, agent_enabled=False)}, "agent_disabled"),
    ({"switches": replace(OPEN, bot_state="off")}, "handed_off"),
    ({"switches": replace(OPEN, muted_until=FRIDAY_NOON + MINUTE)}, "muted"),
    ({"switches": replace(OPEN, opted_out=True)}, "opted_out"),
    ({"newer_inbound": True}, "newer_inbound"),
    ({"last_inbound_at": None}, "window_closed"),
    ({"last_inbound_at": FRIDAY_NOON - DAY}, "window_closed"),
    ({"window_closed_at": FRIDAY_NOON}, "window_closed"),
    ({"said_in_turn": True}, "duplicate"),
    ({"said_at": FRIDAY_NOON - MINUTE}, "duplicate"),
    ({"purpose": "proactive", "proactive_sent": 4}, "contact_cap"),
    ({"number_taken": 10}, "number_cap"),
]


@pytest.mark.parametrize(("changes", "why"), NEVER)
def test_every_refusal_names_its_reason(changes: dict[str, Any], why: str) -> None:
    assert judge(facts(**changes), now=FRIDAY_NOON) == Verdict(reason=why)


LATER: list[tuple[dict[str, Any], str]] = [
    ({"number_paused_until": FRIDAY_NOON + DAY}, "number_paused"),
    ({"not_before": FRIDAY_NOON + MINUTE}, "throttled"),
]


@pytest.mark.parametrize(("changes", "why"), LATER)
def test_what_only_waits_says_until_when(changes: dict[str, Any], why: str) -> None:
    verdict = judge(facts(**changes), now=FRIDAY_NOON)
    [until] = changes.values()
    assert verdict.reason == why
    assert verdict.until
    assert until <= verdict.until < until + timedelta(seconds=SMEAR.get(why, 1))


def test_no_reason_is_forgotten_by_these_tables() -> None:
    told = {why for _, why in NEVER} | {why for _, why in LATER} | {"quiet_hours"}
    assert {name for name, _ in (*REFUSALS, *HOLDS)} <= told


@pytest.mark.parametrize(("changes", "why"), NEVER[:6])
def test_a_switch_or_a_newer_message_comes_before_any_wait(
    changes: dict[str, Any], why: str
) -> None:
    waiting = {"number_paused_until": FRIDAY_NOON + DAY, "not_before": FRIDAY_NOON + DAY}
    assert reason(**changes, **waiting) == why


def test_a_muted_bot_speaks_again_when_the_time_has_come() -> None:
    until = FRIDAY_NOON + timedelta(minutes=30)
    muted = facts(switches=replace(OPEN, bot_state="muted", muted_until=until))

    assert judge(muted, now=until - timedelta(seconds=1)).reason == "muted"
    assert judge(muted, now=until).reason is None


# -- quiet hours and caps -------------------------------------------------------------------------


def test_quiet_hours_put_off_what_we_start_and_not_what_we_answer() -> None:
    verdict = judge(facts(SUNDAY_NIGHT, purpose="proactive"), now=SUNDAY_NIGHT)
    assert (verdict.reason, verdict.is_beyond_patience(SUNDAY_NIGHT)) == ("quiet_hours", True)
    assert verdict.until
    assert MONDAY_OPENING <= verdict.until < MONDAY_OPENING + timedelta(minutes=10)
    assert reason(SUNDAY_NIGHT) is None


def test_a_workspace_may_refuse_in_quiet_hours_or_lift_them() -> None:
    refused = facts(SUNDAY_NIGHT, purpose="proactive", in_quiet_hours="refuse")
    assert judge(refused, now=SUNDAY_NIGHT) == Verdict(reason="quiet_hours")
    assert reason(SUNDAY_NIGHT, purpose="proactive", quiet_hours_enabled=False) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.booleans(),
)
def test_a_proactive_bubble_never_leaves_in_quiet_hours(now: datetime, windowed: bool) -> None:
    asked = facts(
        now,
        purpose="proactive",
        approved_template=REMINDER,
        last_inbound_at=now - MINUTE if windowed else now - 2 * DAY,
    )
    verdict = judge(asked, now=now)
    assert (verdict.reason is None) == (not is_quiet(now))
    if verdict.until:
        assert not is_quiet(verdict.until)
        assert judge(asked, now=verdict.until).reason is None


def test_a_night_s_bubbles_do_not_all_leave_in_one_second() -> None:
    held = [judge(facts(SUNDAY_NIGHT, purpose="proactive"), now=SUNDAY_NIGHT) for _ in range(300)]
    assert len({verdict.until for verdict in held}) > 150


def test_the_same_bubble_waits_for_the_same_instant_however_often_it_asks() -> None:
    asked = facts(SUNDAY_NIGHT, purpose="proactive")
    later = SUNDAY_NIGHT + timedelta(hours=3)
    assert judge(asked, now=SUNDAY_NIGHT).until == judge(asked, now=later).until


def test_a_contact_is_spoken_to_first_only_so_often_a_day() -> None:
    assert reason(purpose="proactive", proactive_sent=4) == "contact_cap"
    assert reason(proactive_sent=4) is None


# -- duplicates and exemptions --------------------------------------------------------------------


@pytest.mark.parametrize("purpose", DUPLICATE_WITHIN)
def test_a_text_may_be_said_again_after_a_while(purpose: Purpose) -> None:
    said_at = FRIDAY_NOON - DUPLICATE_WITHIN[purpose]
    assert reason(purpose=purpose, said_at=said_at) is None
    assert reason(purpose=purpose, said_at=said_at + MINUTE) == "duplicate"


@pytest.mark.parametrize(
    ("purpose", "switched"),
    [("handoff", {"bot_state": "off"}), ("opt_out", {"opted_out": True})],
)
def test_the_news_of_a_switch_may_be_said_in_spite_of_it(
    purpose: Purpose, switched: dict[str, Any]
) -> None:
    switches = replace(OPEN, **switched)
    for spoken in get_args(Purpose):
        allowed = reason(purpose=spoken, switches=switches) is None
        assert allowed == (spoken == purpose)
    assert reason(purpose=purpose, switches=replace(switches, kill_switch=True)) == "kill_switch"
    assert reason(purpose=purpose, switches=switches, said_in_turn=True) is None


# -- outside the window ---------------------------------------------------------------------------


def test_outside_the_window_the_approved_template_leaves_in_the_bubbles_place() -> None:
    silent: dict[str, Any] = {"last_inbound_at": FRIDAY_NOON - DAY, "approved_template": REMINDER}
    verdict = judge(facts(**silent), now=FRIDAY_NOON)
    assert verdict.reason is None
    assert verdict.template
    assert verdict.template.values == ("Ana", "Hola, ¿sigues ahí?")


def test_a_variable_without_a_value_is_a_reason() -> None:
    silent: dict[str, Any] = {"last_inbound_at": FRIDAY_NOON - DAY, "approved_template": REMINDER}
    assert reason(**silent, contact_name=" ") == "unresolved_variable: nombre"


def test_a_newer_message_opens_the_window_that_the_provider_closed() -> None:
    assert reason(window_closed_at=FRIDAY_NOON - 2 * MINUTE) is None
    assert reason(window_closed_at=FRIDAY_NOON - MINUTE) == "window_closed"
