"""Timers: the row decides, the execution only waits; whoever wakes late is told why."""

import json
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
    """A timer's execution, by default the newest, has run out; what it is told."""
    ended = {**(timer or street.timers[-1]), **changes}
    outcome: str = street.invoke("timer", {**event("timer/expire"), "timer": ended})["outcome"]
    return outcome


def make_due(street: Street) -> None:
    street.change("timers", due_at=street.row("timers")["armed_at"])


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


def test_a_reply_cancels_the_timer_and_ends_the_wait(asked: Street) -> None:
    waits(asked)
    asked.write("Camila Rojas")
    timer = asked.row("timers")
    assert (timer["status"], timer["end_reason"]) == ("cancelled", "customer_replied")
    assert asked.resolved == [("token-1", "customer_replied")]


def test_a_wait_that_begins_after_the_reply_is_ended_at_once(asked: Street) -> None:
    asked.write("Camila Rojas")
    waits(asked)
    assert asked.resolved == [("token-1", "customer_replied")]
    assert asked.row("timers")["task_token"] is None


def test_a_wait_of_an_older_generation_is_ended_at_once(asked: Street) -> None:
    waits(asked, "current")
    waits(asked, "stale", generation=0)
    assert asked.resolved == [("stale", "superseded")]
    assert asked.row("timers")["task_token"] == "current"


def test_a_reply_is_taken_in_though_its_wait_is_over_already(asked: Street) -> None:
    waits(asked)
    asked.aws.refuse("SendTaskSuccess", Refusal("TaskTimedOut"))
    asked.write("Camila Rojas")
    assert len(asked.heard) == 2


def test_a_wait_for_no_timer_fails(street: Street) -> None:
    with pytest.raises(Rejected, match="no such timer"):
        street.invoke("timer", event("timer/await"))


# -- running out ----------------------------------------------------------------------------------


def test_an_expiry_is_queued_behind_the_customers_messages(asked: Street) -> None:
    make_due(asked)
    assert runs_out(asked) == "expired"
    assert asked.wakes[-1]["kind"] == "timer_expired"
    groups = {message["MessageGroupId"] for message in asked.aws.messages}
    assert groups == {str(asked.conversation["id"])}


def test_an_expiry_asked_for_twice_is_queued_once(asked: Street) -> None:
    make_due(asked)
    assert [runs_out(asked), runs_out(asked)] == ["expired", "expired"]
    assert [wake["kind"] for wake in asked.wakes].count("timer_expired") == 1


def test_an_expiry_before_its_time_does_nothing(asked: Street) -> None:
    assert runs_out(asked) == "not_due"
    assert asked.row("timers")["status"] == "armed"
    assert len(asked.wakes) == 1


def test_an_expiry_of_an_older_generation_does_nothing_and_says_why(asked: Street) -> None:
    make_due(asked)
    assert runs_out(asked, generation=0) == "superseded"
    assert len(asked.wakes) == 1


def test_an_expiry_after_the_reply_does_nothing_and_says_why(asked: Street) -> None:
    make_due(asked)
    asked.write("Camila Rojas")
    assert runs_out(asked) == "customer_replied"


def test_a_timer_armed_anew_is_the_next_generation_and_the_old_one_is_void(
    asked: Street,
) -> None:
    asked.converse("mañana te los paso")
    first, second = asked.timers
    assert (first["generation"], second["generation"]) == (1, 2)
    assert runs_out(asked, first) == "customer_replied"
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
    assert (timer["status"], timer["end_reason"]) == ("fired", "expired")
    assert 0 <= timer["lateness"].total_seconds() < 30
    assert asked.row("session_state")["proactive_started_at"] == timer["fired_at"]


def test_a_customer_who_writes_before_the_expiry_acts_is_not_reminded(asked: Street) -> None:
    make_due(asked)
    runs_out(asked)
    asked.write("Camila Rojas")
    expired, written = asked.wakes[-2:]
    asked.turn(expired)
    assert len(asked.bubbles) == 2
    asked.turn(written)
    assert [bubble["purpose"] for bubble in asked.bubbles] == ["reply"] * 3


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
