"""Send: the next bubble passes the gate and leaves once, or is refused with a stored reason."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from local.sam_local import PROMISES
from morfx.adapters.whatsapp.cloud_api import CloudApi, carriers
from morfx.domain.delivery import Outgoing
from morfx.domain.errors import ConversationBusy, Unavailable
from morfx.domain.quiet_hours import BOGOTA
from morfx.domain.shop import ShopFile
from morfx.simulator.agenda import VirtualClock
from tests.street import ANDRES, CAMILA, SETTINGS, Street, event, open_door, promised

SUNDAY = datetime(2026, 11, 22, 17, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def remind(street: Street, now: datetime) -> None:
    """The customer was asked for data and says nothing: the reminder waits to be sent."""
    street.converse("quiero comprar")
    street.expire()
    street.change("conversations", last_inbound_at=now - hours(1))
    street.swap("send", clock=VirtualClock(now))


def all_at_once(street: Street, senders: int) -> Counter[str]:
    """As many containers send the turn's next bubble at the same time."""
    doors = [open_door("send") for _ in range(senders)]
    turn = promised(street.sequences[-1])
    with ThreadPoolExecutor(senders) as pool:
        sent = pool.map(lambda door: door.send_next(turn).outcome, doors)
        return Counter(sent)


# -- the gate -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "switched", "reason"),
    [
        ("workspace_agent_config", {"agent_enabled": False}, "agent_disabled"),
        ("conversations", {"bot_state": "off"}, "handed_off"),
        ("conversations", {"bot_state": "muted", "muted_until": MONDAY + hours(9e4)}, "muted"),
        ("contacts", {"opted_out_at": MONDAY}, "opted_out"),
        ("conversations", {"last_inbound_at": datetime(2026, 1, 1, tzinfo=UTC)}, "window_closed"),
        ("conversations", {"inbound_seq": 2}, "newer_inbound"),
    ],
)
def test_a_refused_bubble_is_stored_with_its_reason_and_never_leaves(
    street: Street, table: Any, switched: dict[str, Any], reason: str
) -> None:
    street.answer()
    street.change(table, **switched)
    sent = street.send()
    assert (sent["outcome"], sent["reason"]) == ("refused", reason)
    assert street.statuses == [f"cancelled: {reason}"]
    assert street.graph.delivered == []


def test_the_window_is_open_for_a_day_to_the_second(street: Street) -> None:
    for silence, outcome in ((hours(24), "refused"), (hours(24) - timedelta(seconds=1), "sent")):
        street.answer()
        street.change("conversations", last_inbound_at=MONDAY - silence)
        street.swap("send", clock=VirtualClock(MONDAY))
        assert street.send()["outcome"] == outcome


def test_quiet_hours_bind_what_nobody_asked_for(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    street.change("workspace_agent_config", in_quiet_hours="refuse")
    remind(street, SUNDAY)
    assert street.send()["reason"] == "quiet_hours"
    assert street.statuses[-1] == "cancelled: quiet_hours"


def test_quiet_hours_put_a_reminder_off_to_the_next_morning(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    remind(street, SUNDAY)
    sent = street.send()
    assert (sent["outcome"], sent["reason"]) == ("deferred", "quiet_hours")
    assert street.statuses[-1] == "queued: quiet_hours"
    opening = MONDAY.astimezone(BOGOTA).replace(hour=7, minute=0)
    assert opening <= street.bubbles[-1]["not_before"] < opening + timedelta(minutes=10)


def test_a_reminder_that_was_put_off_is_judged_anew_in_the_morning(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    remind(street, SUNDAY)
    street.send()
    street.change("conversations", last_inbound_at=MONDAY - hours(23))
    street.swap("send", clock=VirtualClock(MONDAY))
    assert street.send()["outcome"] == "sent"
    assert street.statuses[-1] == "sent"
    assert street.bubbles[-1]["not_before"] is None


def test_a_customer_who_writes_at_night_cancels_the_reminder_of_the_morning(
    street: Street,
) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    remind(street, SUNDAY)
    street.send()
    street.write("ya no")
    assert street.statuses[-1] == "cancelled: newer_inbound"


def test_outside_the_window_the_approved_template_is_sent(street: Street) -> None:
    remind(street, MONDAY)
    street.change("contacts", name="Camila")
    street.change("conversations", last_inbound_at=MONDAY - hours(25))
    assert street.send()["outcome"] == "sent"
    sent = street.graph.delivered[-1]
    assert (sent["type"], sent["template"]) == ("template", "recordatorio_pedido")
    assert sent["text"] == "Camila"
    bubble = street.bubbles[-1]
    assert (bubble["type"], bubble["template_ids"]) == ("template", [])


def test_the_same_text_is_not_said_twice_in_a_breath(street: Street) -> None:
    street.answer("qué precio tiene?")
    street.send()
    street.answer("qué precio tiene?")
    text = street.bubbles[0]["text"]
    later = street.conversation["last_inbound_at"] + timedelta(seconds=1)
    street.change("messages", "direction = 'outbound'", text=text)
    street.change("messages", "status = 'sent'", sending_at=later)
    assert street.send()["reason"] == "duplicate"


def test_an_answer_is_said_again_to_who_asks_again(street: Street) -> None:
    for _ in range(3):
        street.converse("qué precio tiene?")
    assert {bubble["status"] for bubble in street.bubbles} == {"sent"}


def test_a_number_sends_no_more_than_its_daily_cap(street: Street) -> None:
    street.change("channels", daily_cap=1)
    street.converse()
    street.answer()
    assert street.send()["reason"] == "number_cap"


def test_the_kill_switch_stops_what_is_promised_and_what_would_be(
    street: Street, owner: psycopg.Connection
) -> None:
    street.answer()
    owner.execute("SELECT throw_kill_switch('prueba')")
    try:
        assert street.send()["reason"] == "kill_switch"
        street.answer("Hola")
        assert street.rows("domain_events")[-1]["payload"] == {"reason": "kill_switch"}
    finally:
        owner.execute("SELECT release_kill_switch()")
    street.converse()
    assert street.statuses == ["cancelled: kill_switch", "sent"]


def test_quiet_hours_do_not_bind_an_answer(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    street.answer()
    street.change("conversations", last_inbound_at=SUNDAY)
    street.swap("send", clock=VirtualClock(SUNDAY))
    assert street.send()["outcome"] == "sent"


def test_a_reminder_leaves_in_contact_hours(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    remind(street, MONDAY)
    assert street.send()["outcome"] == "sent"


def test_a_contact_is_not_written_to_more_often_than_the_shop_allows(street: Street) -> None:
    street.change("workspace_agent_config", proactive_daily_cap=1)
    remind(street, MONDAY)
    assert street.send()["outcome"] == "sent"
    remind(street, MONDAY)
    assert street.send()["reason"] == "contact_cap"
    remind(street, MONDAY + hours(24))
    assert street.send()["outcome"] == "sent"


def test_the_cap_counts_the_contact_on_every_number_of_the_shop(
    street: Street, onboard_shop: Callable[..., ShopFile]
) -> None:
    street.change("workspace_agent_config", proactive_daily_cap=1)
    remind(street, MONDAY)
    street.send()
    street.move(onboard_shop(workspace_id=str(street.shop.workspace_id)))
    street.change("workspace_agent_config", proactive_daily_cap=1)
    remind(street, MONDAY)
    assert street.send()["reason"] == "contact_cap"


def test_one_refusal_does_not_stop_the_next_bubble_from_being_judged(street: Street) -> None:
    street.answer("quiero comprar")
    street.change("workspace_agent_config", agent_enabled=False)
    assert street.send()["remaining"] == 1
    street.change("workspace_agent_config", agent_enabled=True)
    assert street.send()["outcome"] == "sent"


# -- leaving --------------------------------------------------------------------------------------


def test_a_bubble_leaves_by_the_number_the_customer_wrote_to(street: Street) -> None:
    street.converse()
    [sent], [bubble] = street.graph.delivered, street.bubbles
    assert (sent["phone_number_id"], sent["to"]) == (street.shop.phone_number_id, CAMILA)
    assert (sent["text"], sent["reference"]) == (bubble["text"], str(bubble["id"]))
    assert (bubble["status"], bubble["provider_message_id"]) == ("sent", sent["id"])


def test_a_customer_without_a_phone_is_answered_by_user_id(street: Street) -> None:
    street.write(sender="", from_user_id="CO.15025763946558")
    street.turn()
    street.send()
    assert street.graph.delivered[0]["to"] == "CO.15025763946558"


@pytest.mark.parametrize(("speed", "pause"), [("1.0", 3), ("0.2", 1), ("0.0", 0)])
def test_bubbles_leave_one_by_one_at_the_shops_pace(street: Street, speed: str, pause: int) -> None:
    street.change("workspace_agent_config", response_speed=speed)
    street.answer("quiero comprar")
    first, second, after = street.send(), street.send(), street.send()
    assert (first["remaining"], first["wait_seconds"]) == (1, pause)
    assert (second["remaining"], after["outcome"]) == (0, "done")
    texts = [bubble["text"] for bubble in street.bubbles]
    assert [sent["text"] for sent in street.graph.delivered] == texts


def test_reply_time_is_counted_from_the_customers_message(street: Street) -> None:
    street.answer()
    street.change("messages", "direction = 'outbound'", answers_since=MONDAY - hours(1))
    street.swap("send", clock=VirtualClock(MONDAY))
    street.change("conversations", last_inbound_at=MONDAY)
    assert street.send()["reply_time_ms"] == 3_600_000


def test_two_senders_at_once_send_a_bubble_once(street: Street) -> None:
    for _ in range(3):
        street.answer()
        assert all_at_once(street, 4) == {"sent": 1, "done": 3}
    assert len(street.graph.delivered) == 3


def test_a_bubble_does_not_overtake_the_one_before_it(street: Street) -> None:
    second = open_door("send")

    def send(_: Outgoing) -> str:
        with suppress(ConversationBusy):
            second.send_next(promised(street.sequences[-1]))
        return "wamid.first"

    street.answer("quiero comprar")
    street.swap("send", messenger=SimpleNamespace(send=send))
    street.send()
    assert street.statuses == ["sent", "queued"]


@pytest.mark.parametrize("outcome", ["sent", "refused", "done"])
def test_the_events_for_trying_out_end_as_their_names_say(street: Street, outcome: str) -> None:
    street.converse("quiero comprar")
    conversation_id = street.conversation["id"]
    street.database.execute("DELETE FROM messages WHERE turn_id::text LIKE '01a1fe2b-7610%'")
    street.database.execute(PROMISES, [conversation_id])
    own = {"workspace_id": str(street.shop.workspace_id), "conversation_id": str(conversation_id)}
    assert street.invoke("send", event(f"send/{outcome}") | own)["outcome"] == outcome


# -- how it ended ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [{"close_after_accept": True}, {"body": "<html>"}, {"status": 500}, {"status": 502}],
    ids=["no answer", "no readable answer", "bare 500", "bare 502"],
)
def test_a_bubble_whose_fate_is_unknown_is_uncertain_and_never_sent_again(
    street: Street, fault: dict[str, object]
) -> None:
    street.answer()
    street.graph.script(fault)
    assert street.send()["outcome"] == "uncertain"
    assert street.send()["outcome"] == "done"
    assert street.statuses == ["uncertain: no_answer"]
    assert len(street.graph.delivered) <= 1


def test_a_timeout_after_the_request_left_is_uncertain(street: Street) -> None:
    api = CloudApi(
        carriers(cloud_api_url=street.graph.url, version="v24.0", dialog360_url="unused"),
        secrets=SimpleNamespace(get=lambda _: {"access_token": "token"}),
        secret_prefix="",
        answer_seconds=0.1,
    )
    street.answer()
    street.graph.script({"hang_seconds": 0.5})
    street.swap("send", messenger=api)
    assert street.send()["outcome"] == "uncertain"
    assert len(street.graph.delivered) == 1


def test_a_bubble_that_could_not_leave_waits_and_is_sent_later(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHATSAPP_API_URL", "http://127.0.0.1:9")
    street.answer()
    with pytest.raises(Unavailable):
        street.send()
    assert street.statuses == ["queued"]
    monkeypatch.setenv("WHATSAPP_API_URL", street.graph.url)
    street.doors.pop("send")
    assert street.send()["outcome"] == "sent"


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [({"status": 429, "retry_after": 5}, 5), ({"status": 400, "error_code": 131056}, 6)],
)
def test_a_bubble_that_meta_throttles_waits_as_long_as_it_asks(
    street: Street, fault: dict[str, object], seconds: int
) -> None:
    street.answer()
    street.graph.script(fault)
    now = street.conversation["last_inbound_at"]
    street.swap("send", clock=VirtualClock(now))
    for _ in range(2):
        sent = street.send()
        assert (sent["outcome"], sent["reason"]) == ("waiting", "throttled")
        assert (sent["wait_seconds"], sent["remaining"]) == (seconds, 1)
    assert street.statuses == ["queued"]
    street.swap("send", clock=VirtualClock(now + timedelta(seconds=seconds)))
    assert street.send()["outcome"] == "sent"


def test_each_further_throttling_of_a_bubble_doubles_its_pause(street: Street) -> None:
    street.answer()
    fault: dict[str, object] = {"status": 400, "error_code": 131056}
    street.graph.script(*[fault] * 7)
    clock = VirtualClock(street.conversation["last_inbound_at"])
    street.swap("send", clock=clock)
    waits = []
    for _ in range(7):
        waits.append(street.send()["wait_seconds"])
        clock.sleep(waits[-1])
    assert waits == [6, 6, 8, 16, 32, 60, 60]


def test_a_pause_towards_one_customer_holds_up_no_other(street: Street) -> None:
    street.answer()
    street.graph.script({"status": 400, "error_code": 131056})
    street.send()
    street.write(sender=ANDRES)
    street.turn()
    assert street.send()["outcome"] == "sent"


def test_a_number_that_is_too_fast_slows_down_for_everybody(street: Street) -> None:
    street.answer()
    street.graph.script({"status": 400, "error_code": 130429})
    street.send()
    street.write(sender=ANDRES)
    street.turn()
    sent = street.send()
    assert (sent["outcome"], sent["reason"]) == ("waiting", "throttled")
    assert street.statuses == ["queued", "queued"]


def test_a_number_that_meta_blocks_is_paused_and_nothing_is_lost(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    street.answer()
    street.write(sender=ANDRES)
    street.turn()
    now = street.conversations[-1]["last_inbound_at"]
    street.swap("send", clock=VirtualClock(now))
    street.graph.script({"status": 403, "error_code": 368})
    for sequence in street.sequences:
        sent = street.invoke("send", sequence)
        assert (sent["outcome"], sent["reason"]) == ("deferred", "number_paused")
    assert street.statuses == ["queued: number_paused"] * 2
    channel = street.row("channels")
    assert channel["paused_until"] == now + hours(1)
    assert channel["paused_because"] == "(#368) Scripted fault"
    assert "number paused" in caplog.text
    street.swap("send", clock=VirtualClock(now + hours(1) + timedelta(minutes=2)))
    for sequence in street.sequences:
        assert street.invoke("send", sequence)["outcome"] == "sent"


def test_where_meta_says_the_window_is_closed_the_template_goes_in_place(street: Street) -> None:
    remind(street, MONDAY)
    street.change("contacts", name="Camila")
    street.graph.script({"status": 400, "error_code": 131047})
    sent = street.send()
    assert (sent["outcome"], sent["wait_seconds"], sent["remaining"]) == ("waiting", 0, 1)
    assert street.send()["outcome"] == "sent"
    assert street.graph.delivered[-1]["template"] == "recordatorio_pedido"


def test_where_meta_says_the_window_is_closed_and_there_is_no_template_it_is_refused(
    street: Street,
) -> None:
    street.answer()
    street.graph.script({"status": 400, "error_code": 131047})
    assert [street.send()["outcome"], street.send()["reason"]] == ["waiting", "window_closed"]


def test_a_bubble_that_meta_refuses_has_failed_with_its_code(street: Street) -> None:
    street.answer()
    street.graph.script({"status": 400, "error_code": 131026})
    assert street.send()["outcome"] == "failed"
    [bubble] = street.bubbles
    assert (bubble["status"], bubble["error_code"]) == ("failed", 131026)
    assert bubble["failed_at"]


def test_a_number_without_a_credential_fails_and_borrows_nobody_elses(street: Street) -> None:
    [(name, token)] = street.aws.secrets.items()
    street.aws.secrets = {f"{SETTINGS['CHANNEL_SECRET_PREFIX']}{uuid4()}": token}
    street.answer()
    assert street.send()["outcome"] == "failed"
    assert street.statuses == ["failed: credential_missing"]
    assert street.aws.calls[-1] == ("GetSecretValue", {"SecretId": name})


def test_a_template_counts_as_sent_when_the_provider_took_it(street: Street) -> None:
    street.answer()
    assert street.row("session_state")["templates_enviados"] == []
    street.send()
    sent = street.row("session_state")["templates_enviados"]
    assert sent == street.bubbles[0]["template_ids"] != []


def test_a_text_that_meta_refused_is_said_the_next_time(street: Street) -> None:
    street.answer("Hola")
    street.graph.script({"status": 400, "error_code": 131026})
    street.send()
    street.converse("Hola")
    assert street.bubbles[0]["text"] == street.bubbles[1]["text"]


def test_refusals_are_counted_by_reason(street: Street, capsys: pytest.CaptureFixture[str]) -> None:
    street.answer()
    street.change("conversations", bot_state="off")
    street.send()
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [refused] = [metric for metric in metrics if "reason" in metric and "_aws" in metric]
    assert (refused["reason"], refused["BubblesRefused"]) == ("handed_off", [1.0])
