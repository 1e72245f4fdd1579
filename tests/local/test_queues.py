"""Queues keep what they accepted and feed functions group by group, as on AWS."""

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import uuid4

import pytest

from tests.local.emulator import RunningEmulator, eventually

NAME = "kept.fifo"


def test_an_accepted_message_survives_the_emulators_death(
    mortal_emulator: RunningEmulator,
) -> None:
    message_id = mortal_emulator.send(mortal_emulator.create_queue(NAME), "hola")
    mortal_emulator.kill()
    queue = mortal_emulator.start().create_queue(NAME)
    (message,) = mortal_emulator.receive(queue)
    assert (message["MessageId"], message["Body"]) == (message_id, "hola")


def test_a_message_being_worked_on_is_there_again_at_once(
    mortal_emulator: RunningEmulator,
) -> None:
    queue = mortal_emulator.create_queue(NAME, VisibilityTimeout="600")
    mortal_emulator.send(queue, "hola")
    mortal_emulator.receive(queue)
    mortal_emulator.kill()
    queue = mortal_emulator.start().create_queue(NAME, VisibilityTimeout="600")
    assert len(mortal_emulator.receive(queue)) == 1


def test_a_deleted_message_stays_deleted(mortal_emulator: RunningEmulator) -> None:
    queue = mortal_emulator.create_queue(NAME)
    for body in ("first", "second"):
        mortal_emulator.send(queue, body, group=body)
    (first,) = mortal_emulator.queues.receive_message(QueueUrl=queue)["Messages"]
    mortal_emulator.queues.delete_message(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"])
    mortal_emulator.kill()
    queue = mortal_emulator.start().create_queue(NAME)
    assert [message["Body"] for message in mortal_emulator.receive(queue)] == ["second"]


def test_a_duplicate_is_recognised_across_a_restart(mortal_emulator: RunningEmulator) -> None:
    queue = mortal_emulator.create_queue(NAME)
    mortal_emulator.send(queue, "hola", once="wamid.1")
    (message,) = mortal_emulator.receive(queue)
    mortal_emulator.queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    mortal_emulator.kill()
    queue = mortal_emulator.start().create_queue(NAME)
    mortal_emulator.send(queue, "hola", once="wamid.1")
    assert mortal_emulator.receive(queue) == []


def test_a_half_written_journal_line_is_no_obstacle(mortal_emulator: RunningEmulator) -> None:
    mortal_emulator.send(mortal_emulator.create_queue(NAME), "hola")
    mortal_emulator.kill()
    with (mortal_emulator.folder / "state" / "queues.jsonl").open("a") as journal:
        journal.write('{"queue": "kept.fifo", "entered": {"id": "1')
    queue = mortal_emulator.start().create_queue(NAME)
    assert len(mortal_emulator.receive(queue)) == 1


def test_a_dead_letter_survives_in_its_own_queue(mortal_emulator: RunningEmulator) -> None:
    letters = mortal_emulator.create_queue("letters.fifo")
    arn = mortal_emulator.arn_of_queue(letters)
    redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 1}}'
    queue = mortal_emulator.create_queue(NAME, RedrivePolicy=redrive, VisibilityTimeout="0")
    mortal_emulator.send(queue, "poison")
    assert len(mortal_emulator.receive(queue)) == 1
    assert mortal_emulator.receive(queue) == []
    mortal_emulator.kill()
    letters = mortal_emulator.start().create_queue("letters.fifo")
    assert [letter["Body"] for letter in mortal_emulator.receive(letters)] == ["poison"]


def test_no_message_is_lost_while_others_are_deleted(emulator: RunningEmulator) -> None:
    queue = emulator.create_queue()
    emulator.functions.create_event_source_mapping(
        EventSourceArn=emulator.arn_of_queue(queue), FunctionName="probe", BatchSize=10
    )
    bodies = {f"quick-{uuid4().hex}" for _ in range(600)}
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda body: emulator.send(queue, body, group=body), sorted(bodies)))
    eventually(lambda: bodies <= {body for *_, body in emulator.diary_entries()}, seconds=60)


@pytest.mark.parametrize("batch_size", [1, 10])
def test_groups_run_side_by_side_and_each_in_order(
    emulator: RunningEmulator, batch_size: int
) -> None:
    run = uuid4().hex
    queue = emulator.create_queue()
    for number in range(3):
        for group in ("ana", "beto", "caro"):
            emulator.send(queue, f"{number}", group=f"{run}-{group}")
    emulator.functions.create_event_source_mapping(
        EventSourceArn=emulator.arn_of_queue(queue), FunctionName="probe", BatchSize=batch_size
    )
    entries = eventually(lambda: _entries(emulator, run, at_least=18))
    by_group = defaultdict(list)
    for moment, what, group, body in entries:
        by_group[group].append((float(moment), what, body))
    for history in by_group.values():
        steps = [(what, body) for _, what, body in sorted(history)]
        assert steps == [(what, f"{number}") for number in range(3) for what in ("begin", "end")]
    if batch_size == 1:
        assert _overlap(by_group)


def test_a_failing_group_does_not_hold_up_the_others(emulator: RunningEmulator) -> None:
    run = uuid4().hex
    queue = emulator.create_queue(VisibilityTimeout="30")
    emulator.send(queue, "fail", group=f"{run}-ana")
    emulator.functions.create_event_source_mapping(
        EventSourceArn=emulator.arn_of_queue(queue),
        FunctionName="probe",
        BatchSize=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    eventually(lambda: _entries(emulator, run, at_least=2))
    emulator.send(queue, "fine", group=f"{run}-beto")
    eventually(lambda: _entries(emulator, run, at_least=4), seconds=3)


def test_a_delayed_message_is_taken_when_its_delay_ends(emulator: RunningEmulator) -> None:
    run = uuid4().hex
    queue = emulator.create_queue(DelaySeconds="1")
    emulator.functions.create_event_source_mapping(
        EventSourceArn=emulator.arn_of_queue(queue), FunctionName="probe", BatchSize=1
    )
    sent_at = time.time()
    emulator.send(queue, "hola", group=run)
    ((begun_at, *_), *_) = eventually(lambda: _entries(emulator, run, at_least=2))
    assert 1.0 <= float(begun_at) - sent_at < 1.6


def _entries(emulator: RunningEmulator, run: str, at_least: int) -> list[list[str]] | None:
    """The diary's lines of one test, once there are enough."""
    ours = [entry for entry in emulator.diary_entries() if entry[2].startswith(run)]
    return ours if len(ours) >= at_least else None


def _overlap(histories: dict[str, list[tuple[float, str, str]]]) -> bool:
    """Whether one group began before another that began earlier had ended."""
    spans = sorted((min(history)[0], max(history)[0]) for history in histories.values())
    return all(later_start < earlier_end for (_, earlier_end), (later_start, _) in pairwise(spans))
