"""Bugs planted on purpose, each one small and in a real part: chaos must find every one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

from morfx.adapters.postgres import inbox, outbox, turns, upkeep
from morfx.adapters.whatsapp import inbound
from morfx.conversation import send_gate, sending
from morfx.domain.delivery import GateFacts, PromisedTurn, Settlement, TakenBubble, Verdict
from morfx.domain.identifier import MessageId
from morfx.domain.message import InboundMessage
from morfx.domain.relay import Neglected
from morfx.engine import turn as turn_module

Bug = Callable[[], AbstractContextManager[Any]]


def gate_ignores_newer_inbound() -> AbstractContextManager[Any]:
    def judge(facts: GateFacts, *, now: datetime) -> Verdict:
        return send_gate.judge(replace(facts, newer_inbound=False), now=now)

    return mock.patch.object(sending, "judge", judge)


def gate_ignores_the_switches() -> AbstractContextManager[Any]:
    def judge(facts: GateFacts, *, now: datetime) -> Verdict:
        switches = replace(facts.switches, agent_enabled=True, bot_state="on", opted_out=False)
        return send_gate.judge(replace(facts, switches=switches), now=now)

    return mock.patch.object(sending, "judge", judge)


def window_is_an_hour_longer() -> AbstractContextManager[Any]:
    return mock.patch.object(send_gate, "CUSTOMER_SERVICE_WINDOW", timedelta(hours=25))


def quiet_hours_are_ignored() -> AbstractContextManager[Any]:
    return mock.patch.object(send_gate, "is_quiet", return_value=False)


def dedup_is_removed() -> AbstractContextManager[Any]:
    read, seen = inbound.message, set[str]()

    def message(raw: object, profile: object) -> InboundMessage:
        message = read(raw, profile)
        if message.provider_message_id in seen:
            return replace(message, provider_message_id=f"wamid.{uuid4().hex}")
        seen.add(message.provider_message_id)
        return message

    return mock.patch.object(inbound, "message", message)


def expiry_ignores_what_became_of_the_timer() -> AbstractContextManager[Any]:
    return mock.patch.object(turn_module, "why_void", return_value=None)


def uncertain_is_queued_again() -> AbstractContextManager[Any]:
    settle = outbox.PostgresOutbox.settle

    def settled(
        self: outbox.PostgresOutbox,
        message_id: MessageId,
        result: Settlement,
        *,
        turn: PromisedTurn,
        now: datetime,
    ) -> None:
        if result.status == "uncertain":
            self.put_back(message_id, turn=turn, now=now)
        else:
            settle(self, message_id, result, turn=turn, now=now)

    return mock.patch.object(outbox.PostgresOutbox, "settle", settled)


def commit_ignores_what_it_has_not_read() -> AbstractContextManager[Any]:
    conclude = turns.TURNS["conclude"]
    careless = conclude.replace("AND inbound_seq = %(last_seq)s", "").replace(
        "SET read_seq = %(read_seq)s", "SET read_seq = inbound_seq"
    )
    return mock.patch.dict(turns.TURNS, conclude=careless)


def question_stays_read_when_its_answer_is_stopped() -> AbstractContextManager[Any]:
    receive = inbox.INBOX["receive"]
    forgetful = receive.replace(
        "least(conversations.read_seq, unspoken.from_seq - 1)", "conversations.read_seq"
    )
    return mock.patch.dict(inbox.INBOX, receive=forgetful)


def one_number_speaks_for_every_tenant() -> AbstractContextManager[Any]:
    taken = outbox._taken

    def by_default(*args: Any) -> TakenBubble:
        bubble = taken(*args)
        outgoing = replace(bubble.outgoing, phone_number_id="106540352242922")
        return replace(bubble, outgoing=outgoing)

    return mock.patch.object(outbox, "_taken", by_default)


def relay_forgets_promised_bubbles() -> AbstractContextManager[Any]:
    neglected = upkeep.PostgresUpkeep.neglected

    def forgetful(self: upkeep.PostgresUpkeep, *args: Any, **named: Any) -> Neglected:
        return replace(neglected(self, *args, **named), promised=())

    return mock.patch.object(upkeep.PostgresUpkeep, "neglected", forgetful)
