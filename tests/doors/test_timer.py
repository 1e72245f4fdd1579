"""Timers: the row decides, the execution only waits; whoever wakes late is told why."""

import json
from datetime import datetime
from typing import Any

import pytest

from morfx.domain.errors import Rejected
from tests.fakes.aws import Document, Refusal
from tests.street import Street, event


def waits(street: Street, under: str = "token-1", **changes: object) -> Any:
    """The newest timer's execution starts waiting under a token."""
    timer = {**street.timers[-1], **changes}
    waiting = {**event("timer/await"), "timer": timer, "task_token": under}
    return street.invoke("timer", waiting)


def runs_out(street: Street, timer: Document | None = None, **changes: object) -> str:
    """A timer's execution, by default the newest, has run out; what the door answers."""
    ended = {**(timer or street.timers[-1]), **changes}
    outcome: str = street.invoke("timer", {**event("timer/expire"), "timer": ended})["outcome"]
    return outcome


@pytest.fixture
def asked(street: Street) -> Street:
    """The customer wants to buy and was asked for data; the timer runs."""
    street.converse("quiero comprar")
    return street


# -- waiting --------------------------------------------------------------------------------------


def test_the_token_of_a_wait_is_kept_with_its_row(asked: Street) -> None:
    assert waits(asked) == {"outcome": "waiting"}
    assert asked.row("timers")["task_token"] == "token-1"
    assert asked.resolved == []


def test_a_wait_goes_on_while_a_reply_waits_to_be_read(asked: Street) -> None:
    waits(asked)
    asked.write("Camila Rojas")
    assert asked.row("timers")["status"] == "armed"
    assert asked.resolved == []


def test_a_wait_is_told_that_part_of_the_data_came_and_until_when_to_wait_now(
    asked: Street,
) -> None:
    waits(asked)
    asked.converse("Camila Rojas")
    timer = asked.row("timers")
    assert (timer["status"], timer["level"], timer["generation"]) == ("armed", 1, 1)
    [told] = asked.told
    assert (told["status"], told["outcome"], told["level"]) == ("armed", "waiting", 1)
    assert datetime.fromisoformat(told["due_at"]) == timer["due_at"]


def test_a_wait_ends_when_nothing_is_awaited_any_more(asked: Street) -> None:
    waits(asked)
    asked.converse("no gracias, ya no lo quiero")
    timer = asked.row("timers")
    assert (timer["status"], timer["end_reason"]) == ("cancelled", "session_lost")
    assert asked.resolved == [("token-1", "session_lost")]


def test_a_wait_that_begins_after_the_row_has_moved_is_told_so_at_once(asked: Street) -> None:
    before = asked.timers[-1]
    asked.converse("Camila Rojas")
    waits(asked, "late", **before)
    assert [(told["status"], told["level"]) for told in asked.told] == [("armed", 1)]
    assert asked.row("timers")["task_token"] is None


def test_a_wait_of_an_older_generation_is_ended_at_once(asked: Street) -> None:
    waits(asked, "current")
    waits(asked, "stale", generation=0)
    assert [token for token, _ in asked.resolved] == ["stale"]
    assert asked.row("timers")["task_token"] == "current"


def test_a_turn_ends_well_though_the_wait_it_tells_is_over_already(asked: Street) -> None:
    waits(asked)
    asked.aws.refuse("SendTaskSuccess", Refusal("TaskTimedOut"))
    asked.answer("Camila Rojas")
    assert asked.row("timers")["level"] == 1


def test_a_wait_for_no_timer_fails(street: Street) -> None:
    with pytest.raises(Rejected, match="no such timer"):
        street.invoke("timer", event("timer/await"))


# -- running out ----------------------------------------------------------------------------------


def test_an_expiry_is_queued_behind_the_customers_messages(asked: Street) -> None:
    asked.make_due()
    assert runs_out(asked) == "expired"
    assert asked.wakes[-1]["kind"] == "timer_expired"
    groups = {message["MessageGroupId"] for message in asked.aws.messages}
    assert groups == {str(asked.conversation["id"])}


def test_an_expiry_asked_for_twice_is_queued_once(asked: Street) -> None:
    asked.make_due()
    assert [runs_out(asked), runs_out(asked)] == ["expired", "expired"]
    assert [wake["kind"] for wake in asked.wakes].count("timer_expired") == 1


def test_an_expiry_before_its_time_is_told_to_wait_again(asked: Street) -> None:
    assert runs_out(asked) == "not_due"
    assert asked.row("timers")["status"] == "armed"
    assert [told["status"] for told in asked.told] == ["armed"]
    assert len(asked.wakes) == 1


def test_an_expiry_sets_out_by_the_queues_delay_before_its_instant(asked: Street) -> None:
    asked.make_due(seconds=0.9)
    assert runs_out(asked) == "expired"


def test_an_expiry_of_an_older_generation_does_nothing_and_says_why(asked: Street) -> None:
    asked.make_due()
    assert runs_out(asked, generation=0) == "superseded"
    assert len(asked.wakes) == 1


def test_an_expiry_of_an_older_level_is_told_the_new_one(asked: Street) -> None:
    before = asked.timers[-1]
    asked.converse("Camila Rojas")
    assert runs_out(asked, before) == "relevelled"
    assert [told["level"] for told in asked.told] == [1]


def test_an_expiry_of_a_timer_that_ended_does_nothing_and_says_why(asked: Street) -> None:
    asked.converse("no gracias, ya no lo quiero")
    assert runs_out(asked) == "session_lost"
    assert [told["status"] for told in asked.told] == ["cancelled"]


def test_a_timer_armed_anew_is_the_next_generation_of_another_execution(asked: Street) -> None:
    asked.expire()
    asked.converse("mañana te los paso")
    first, second = asked.timers
    assert (first["generation"], second["generation"]) == (1, 2)
    names = [name.rsplit(":", 1)[1] for name in asked.aws.executions if "timer" in name]
    assert names == [f"data-collection-{first['session_id']}-g{g}" for g in (1, 2)]


# -- acting ---------------------------------------------------------------------------------------


def test_a_silent_customer_is_reminded_once(asked: Street) -> None:
    asked.expire()
    asked.turn()
    assert asked.send()["outcome"] == "sent"
    assert (asked.bubbles[-1]["purpose"], len(asked.bubbles)) == ("proactive", 3)
    assert asked.bubbles[-1]["text"].startswith("Sigo pendiente de tus datos")


def test_a_fired_timer_says_how_late_it_was(asked: Street) -> None:
    asked.expire()
    timer = asked.row("timers")
    assert (timer["status"], timer["end_reason"]) == ("fired", "reminded")
    assert 0 <= timer["lateness"].total_seconds() < 30
    assert asked.row("session_state")["proactive_started_at"] == timer["fired_at"]


def test_a_row_keeps_when_its_clock_rang(asked: Street) -> None:
    waits(asked)
    assert asked.row("timers")["rang_at"] is None
    asked.make_due()
    runs_out(asked)
    rang_at = datetime.fromisoformat(event("timer/expire")["rang_at"])
    assert asked.row("timers")["rang_at"] == rang_at


def test_an_execution_is_told_what_its_expiry_led_to(asked: Street) -> None:
    asked.expire()
    [told] = asked.told
    assert (told["status"], told["outcome"]) == ("fired", "reminded")


def test_an_expiry_that_comes_before_its_instant_waits_for_it(asked: Street) -> None:
    asked.make_due(seconds=0.3)
    runs_out(asked)
    asked.turn()
    timer = asked.row("timers")
    assert timer["status"] == "fired"
    assert timer["lateness"].total_seconds() >= 0


def test_a_timer_that_comes_hours_late_has_lost_its_occasion(asked: Street) -> None:
    asked.make_due(seconds=-3700)
    runs_out(asked)
    asked.turn()
    assert asked.row("timers")["end_reason"] == "too_late"
    assert len(asked.bubbles) == 2


def test_a_customer_who_writes_before_the_expiry_acts_is_not_reminded(asked: Street) -> None:
    asked.make_due()
    runs_out(asked)
    asked.write("qué precio tiene?")
    expired, written = asked.wakes[-2:]
    asked.turn(expired)
    assert asked.row("timers")["end_reason"] == "customer_replied"
    asked.turn(written)
    assert {bubble["purpose"] for bubble in asked.bubbles} == {"reply"}
    statuses = sorted(timer["status"] for timer in asked.rows("timers"))
    assert statuses == ["armed", "cancelled"]


@pytest.mark.parametrize(
    ("table", "switched", "reason"),
    [
        ("conversations", {"bot_state": "off"}, "handed_off"),
        ("workspace_agent_config", {"agent_enabled": False}, "agent_disabled"),
        ("agent_sessions", {"status": "closed", "end_reason": "manual"}, "session_ended"),
    ],
)
def test_an_expiry_that_may_not_act_ends_its_timer_and_says_why(
    asked: Street, table: Any, switched: dict[str, Any], reason: str
) -> None:
    asked.change(table, **switched)
    asked.expire()
    timer = asked.row("timers")
    assert (timer["status"], timer["end_reason"]) == ("cancelled", reason)
    assert len(asked.bubbles) == 2


def test_an_expiry_of_a_timer_nobody_knows_changes_nothing(asked: Street) -> None:
    [record] = event("turn/timer_expired")["Records"]
    unknown = json.loads(record["body"]) | {"conversation_id": asked.wakes[-1]["conversation_id"]}
    asked.turn(unknown | {"workspace_id": str(asked.shop.workspace_id)})
    assert asked.row("timers")["status"] == "armed"
    assert len(asked.bubbles) == 2
