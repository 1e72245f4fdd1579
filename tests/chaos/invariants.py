"""What holds at the end of every story, whatever happened in it: one function each, and in its
first line the sentence it stands for."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from morfx.domain.content import FilledTemplate
from morfx.domain.quiet_hours import is_quiet
from morfx.simulator.house import Mishap
from morfx.simulator.whatsapp import Delivered
from tests.chaos.witness import Witness

Row = Mapping[str, Any]

#: Why a turn may say nothing to a customer who wrote.
GOOD_SILENCES = {
    "acknowledgement",
    "agent_disabled",
    "collecting_data",
    "handed_off",
    "muted",
    "nothing_new_to_say",
    "opted_out",
    "reaction",
}
#: How a promised bubble may end.
ENDED = {"sent", "delivered", "read", "failed", "cancelled", "uncertain"}
#: How a bubble stands that was, or may have been, read by the customer.
SPOKEN = {"sent", "delivered", "read", "failed", "uncertain"}

WINDOW = timedelta(hours=24)
#: After this long even the most neglected promise was looked after.
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """A story's end: what the witness saw and what the database keeps."""

    now: datetime
    witness: Witness
    delivered: Sequence[Delivered]
    mishaps: Sequence[Mishap]
    #: Provider ids of the messages the webhook accepted.
    accepted: frozenset[str]
    #: Receiving numbers of the shops that keep quiet hours.
    quiet_accounts: frozenset[str]
    rows: Mapping[str, Sequence[Row]]

    @cached_property
    def messages(self) -> Mapping[UUID, Row]:
        return {UUID(row["id"]): row for row in self.rows["messages"]}

    @property
    def inbound(self) -> list[Row]:
        return [row for row in self.rows["messages"] if row["direction"] == "inbound"]

    @property
    def outbound(self) -> list[Row]:
        return [row for row in self.rows["messages"] if row["direction"] == "outbound"]

    @property
    def screens(self) -> Iterator[tuple[Delivered, Row]]:
        """What customers have on their screens, with the rows that say so."""
        return ((shown, self.messages[UUID(shown.reference)]) for shown in self.delivered)


def each_message_of_a_customer_is_one_row(end: Aftermath) -> Iterator[str]:
    """What the webhook accepted is stored, and once."""
    kept = Counter(row["provider_message_id"] for row in end.inbound)
    yield from (f"{lost} is not stored" for lost in end.accepted - set(kept))
    yield from (f"{double} is stored twice" for double in kept if kept[double] > 1)
    yield from (f"{made_up} was never sent" for made_up in set(kept) - end.accepted)


def a_bubble_reaches_the_customer_at_most_once(end: Aftermath) -> Iterator[str]:
    """No promise is kept twice."""
    shown = Counter(message.reference for message in end.delivered)
    yield from (f"{double} was shown {times} times" for double, times in shown.items() if times > 1)


def an_inbound_group_has_at_most_one_answer(end: Aftermath) -> Iterator[str]:
    """No message of a customer is answered by two turns."""
    answers: dict[tuple[str, int], set[str]] = {}
    for _, row in end.screens:
        if row["answers_from_seq"] is not None and row["purpose"] != "proactive":
            for seq in range(row["answers_from_seq"], row["answers_to_seq"] + 1):
                answers.setdefault((row["conversation_id"], seq), set()).add(row["turn_id"])
    for (_, seq), turns in answers.items():
        if len(turns) > 1:
            yield f"inbound {seq} was answered by {len(turns)} turns"


def nothing_is_sent_while_the_bot_must_be_silent(end: Aftermath) -> Iterator[str]:
    """Handed off, switched off or opted out: only the words of handing over may still leave."""
    for _, row in end.screens:
        silenced = end.witness.takings[UUID(row["id"])].silenced
        if silenced and not (silenced == "handed off" and row["purpose"] == "handoff"):
            yield f"{row['purpose']} sent while {silenced}"


def nothing_is_sent_outside_the_window(end: Aftermath) -> Iterator[str]:
    """A day after the customer's last message a shop may say only what Meta has approved."""
    for shown, row in end.screens:
        taking = end.witness.takings[UUID(row["id"])]
        if isinstance(shown.content, FilledTemplate):
            continue
        if taking.last_inbound_at is None or taking.at - taking.last_inbound_at >= WINDOW:
            yield f"{row['purpose']} sent at {taking.at}, last inbound {taking.last_inbound_at}"


def nothing_proactive_is_sent_in_quiet_hours(end: Aftermath) -> Iterator[str]:
    """Ley 2300: no reminder at night, on Sundays and holidays, where the shop keeps to it."""
    for shown, row in end.screens:
        at = end.witness.takings[UUID(row["id"])].at
        if row["purpose"] == "proactive" and shown.account in end.quiet_accounts and is_quiet(at):
            yield f"a reminder left at {at}"


def nothing_is_sent_that_ignores_a_newer_inbound(end: Aftermath) -> Iterator[str]:
    """What was not read by a bubble's turn stops it, unless that has an answer already."""
    for _, row in end.screens:
        taking = end.witness.takings[UUID(row["id"])]
        if taking.inbound_seq <= row["answers_to_seq"]:
            continue
        if row["purpose"] != "reply" or not _answered_later(end, row, taking.order):
            yield f"{row['purpose']} to {row['answers_to_seq']} sent after {taking.inbound_seq}"


def _answered_later(end: Aftermath, row: Row, before: int) -> bool:
    """Whether a later turn has spoken already when this bubble, its turn's first, was taken."""
    spoken = [
        other
        for other in end.outbound
        if other["conversation_id"] == row["conversation_id"]
        and other["status"] in SPOKEN
        and UUID(other["id"]) in end.witness.takings
        and end.witness.takings[UUID(other["id"])].order < before
    ]
    first = all(other["turn_id"] != row["turn_id"] for other in spoken)
    return first and any(other["answers_to_seq"] > row["answers_to_seq"] for other in spoken)


def no_message_is_left_without_an_end(end: Aftermath) -> Iterator[str]:
    """Answered, handed off, or silent for a reason that is one; nobody is forgotten."""
    for row in end.inbound:
        readings = [
            proof
            for proof in end.rows["proofs"]
            if proof["conversation_id"] == row["conversation_id"]
            and proof["read_from_seq"] is not None
            and proof["read_from_seq"] <= row["seq"] <= proof["read_to_seq"]
        ]
        if not any(_is_an_end(end, proof) for proof in readings):
            yield f"inbound {row['seq']} ({len(readings)} readings)"


def _is_an_end(end: Aftermath, proof: Row) -> bool:
    if proof["silence_reason"] in GOOD_SILENCES or proof["handoff_reason"]:
        return True
    return any(
        row["status"] in SPOKEN
        or (row["status"] == "cancelled" and row["status_reason"] != "newer_inbound")
        for row in end.outbound
        if row["turn_id"] == proof["turn_id"]
    )


def every_promised_bubble_ends(end: Aftermath) -> Iterator[str]:
    """Sent, failed, uncertain, cancelled with a reason, or put off with one until an instant to
    come: never left lying."""
    for row in end.outbound:
        if row["status"] not in ENDED and not _is_put_off(row, end.now):
            yield f"a bubble is still {row['status']}"


def _is_put_off(row: Row, now: datetime) -> bool:
    until = row["not_before"] and datetime.fromisoformat(row["not_before"])
    return bool(row["status"] == "queued" and row["status_reason"] and until and until > now)


def nothing_is_left_unread(end: Aftermath) -> Iterator[str]:
    """No conversation waits for a turn, and none is held by one."""
    for row in end.rows["conversations"]:
        if row["read_seq"] < row["inbound_seq"]:
            yield f"read {row['read_seq']} of {row['inbound_seq']}"


def the_tenant_is_the_same_along_every_row(end: Aftermath) -> Iterator[str]:
    """And what was sent left by that tenant's own number, to that conversation's customer."""
    tenants: dict[str, set[str]] = {}
    for _, conversation, workspace in end.rows["tenants"]:
        tenants.setdefault(conversation, set()).add(workspace)
    yield from (
        f"{conversation} is of two" for conversation in tenants if len(tenants[conversation]) > 1
    )
    for shown, row in end.screens:
        if end.witness.names.get((shown.account, shown.to)) != UUID(row["conversation_id"]):
            yield f"sent from {shown.account} to {shown.to}"


def a_timer_fires_once_or_says_why_not(end: Aftermath) -> Iterator[str]:
    """Never early, never twice, never forgotten."""
    for row in end.rows["timers"]:
        due = datetime.fromisoformat(row["due_at"])
        if row["status"] == "armed" and end.now - due > PATIENCE:
            yield f"armed, due {due}"
        if row["status"] == "fired" and datetime.fromisoformat(row["fired_at"]) < due:
            yield "fired early"
    fired = Counter(
        row["conversation_id"] for row in end.rows["timers"] if row["status"] == "fired"
    )
    spoken = Counter(row["conversation_id"] for row in end.rows["firings"])
    for conversation, times in spoken.items():
        if times > fired[conversation]:
            yield f"{fired[conversation]} timers fired, and spoke {times} times"


def no_door_fails_for_good(end: Aftermath) -> Iterator[str]:
    """Trouble is passing trouble: nothing that a second try would not mend."""
    yield from (f"{mishap.door}: {mishap.error!r}" for mishap in end.mishaps)


Invariant = Callable[[Aftermath], Iterator[str]]

INVARIANTS: tuple[Invariant, ...] = (
    each_message_of_a_customer_is_one_row,
    a_bubble_reaches_the_customer_at_most_once,
    an_inbound_group_has_at_most_one_answer,
    nothing_is_sent_while_the_bot_must_be_silent,
    nothing_is_sent_outside_the_window,
    nothing_proactive_is_sent_in_quiet_hours,
    nothing_is_sent_that_ignores_a_newer_inbound,
    no_message_is_left_without_an_end,
    every_promised_bubble_ends,
    nothing_is_left_unread,
    the_tenant_is_the_same_along_every_row,
    a_timer_fires_once_or_says_why_not,
    no_door_fails_for_good,
)
