"""Housekeeping: what was promised and not kept in time is promised again, or told to a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.shop import ShopFile
from tests.road import VirtualClock
from tests.street import Street, event

MINUTE = timedelta(seconds=61)
NOTHING = {"relayed": 0, "rearmed": 0, "given_up": 0, "uncertain": 0}


class Killed(BaseException):
    """The container died here."""


class Deadly:
    def send_text(self, **_: str) -> str:
        raise Killed


@pytest.fixture
def house(street: Street, all_rows: psycopg.Connection[DictRow]) -> Street:
    """A street without other shops: housekeeping visits and counts them all."""
    query = "DELETE FROM workspaces WHERE id <> %s"
    all_rows.execute(query, [street.shop.workspace_id])
    return street


def keep(house: Street, name: str = "clock", **later: float) -> dict[str, int]:
    """Housekeeping comes, so much later; what it reports beside zeros."""
    now = datetime.now(UTC) + timedelta(**later)
    house.swap("housekeeping", clock=VirtualClock(now))
    report: dict[str, int] = house.invoke("housekeeping", event(f"housekeeping/{name}"))
    assert report.keys() == NOTHING.keys()
    return {name: count for name, count in report.items() if count}


def test_where_every_promise_is_kept_there_is_nothing_to_do(house: Street) -> None:
    house.converse("quiero comprar")
    assert keep(house, minutes=2) == {}


def test_an_unread_message_whose_wake_was_lost_is_woken_once_a_minute(house: Street) -> None:
    house.write()
    house.aws.messages.clear()
    assert keep(house) == {}
    for _ in range(2):
        assert keep(house, seconds=61) == {"relayed": 1}
    house.turn()
    assert (len(house.wakes), house.statuses) == (1, ["queued"])


def test_a_conversation_whose_turn_is_at_work_is_left_alone(house: Street) -> None:
    house.write()
    later = datetime.now(UTC) + timedelta(minutes=5)
    house.change("conversations", turn_id=house.shop.workspace_id, lease_until=later)
    assert keep(house, minutes=2) == {}


def test_bubbles_whose_sequence_never_started_are_sent(house: Street) -> None:
    house.answer()
    house.aws.executions.clear()
    assert keep(house) == {}
    assert keep(house, seconds=61) == {"relayed": 1}
    assert house.send()["outcome"] == "sent"


def test_bubbles_that_wait_for_their_own_delay_are_not_late(house: Street) -> None:
    house.answer("quiero comprar")
    house.change("messages", "position = 1", delay_seconds=60)
    assert keep(house, seconds=100) == {}
    assert keep(house, seconds=125) == {"relayed": 1}


def test_a_bubble_whose_sender_died_is_uncertain_and_never_sent_again(house: Street) -> None:
    house.answer()
    house.swap("send", messenger=Deadly())
    with pytest.raises(Killed):
        house.send()
    house.doors.pop("send")
    assert keep(house) == {}
    assert keep(house, seconds=61) == {"uncertain": 1}
    assert house.statuses == ["uncertain: sender_lost"]
    assert house.send()["outcome"] == "done"


def test_what_follows_a_lost_bubble_is_still_sent(house: Street) -> None:
    house.answer("quiero comprar")
    house.swap("send", messenger=Deadly())
    with pytest.raises(Killed):
        house.send()
    house.doors.pop("send")
    assert keep(house, minutes=2) == {"relayed": 1, "uncertain": 1}
    house.send()
    assert house.statuses == ["uncertain: sender_lost", "sent"]


def test_a_timer_past_due_is_armed_again_under_a_new_name(house: Street) -> None:
    house.converse("quiero comprar")
    assert keep(house, seconds=625) == {}
    assert keep(house, seconds=635) == {"rearmed": 1}
    first, second = [name for name in house.aws.executions if "timer" in name]
    assert second == f"{first}-r1"
    assert house.timers[-1]["seconds"] == 1


def test_a_timer_whose_executions_are_lost_again_and_again_is_given_up(
    house: Street, caplog: pytest.LogCaptureFixture
) -> None:
    house.converse("quiero comprar")
    reports = [keep(house, minutes=11 + minute) for minute in range(7)]
    assert reports == [{"rearmed": 1}] * 5 + [{"given_up": 1}, {}]
    timer = house.row("timers")
    assert (timer["status"], timer["end_reason"]) == ("given_up", "executions_lost")
    assert "timer given up" in caplog.text


def test_after_a_restart_a_timer_whose_execution_died_runs_again(house: Street) -> None:
    house.converse("quiero comprar")
    [execution] = [e for e in house.aws.executions.values() if "seconds" in e["input"]]
    execution["status"] = "ABORTED"
    assert keep(house, "after_restart") == {"rearmed": 1}
    assert house.timers[-1]["seconds"] in (599, 600)


def test_after_a_restart_a_timer_whose_execution_waits_is_left_alone(house: Street) -> None:
    house.converse("quiero comprar")
    assert keep(house, "after_restart") == {}
    assert len(house.timers) == 1


def test_every_shop_is_visited(house: Street, onboard_shop: Callable[..., ShopFile]) -> None:
    house.write()
    body = house.message()
    house.take_in({**body, "phone_number_id": onboard_shop().phone_number_id})
    assert keep(house, seconds=61) == {"relayed": 2}
