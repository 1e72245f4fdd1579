"""Step Functions waits, times out, stops and retries as on AWS."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.emulator import ROLE, RunningEmulator
from tests.local.execution import (
    INVOKE,
    Execution,
    WaitingTask,
    caught,
    machine,
    result,
)

WAIT_LONG = {"Type": "Wait", "Seconds": 30}


@pytest.fixture
def task(emulator: RunningEmulator) -> WaitingTask:
    return WaitingTask.create(emulator)


def probe(**payload: Any) -> dict[str, Any]:
    parameters = {"FunctionName": "probe", "Payload": payload}
    return {"Type": "Task", "Resource": INVOKE, "Parameters": parameters}


# -- waiting --------------------------------------------------------------------------------------


def test_a_wait_never_ends_early(emulator: RunningEmulator) -> None:
    due = datetime.now(UTC) + timedelta(seconds=0.9)
    given = {"due": due.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    wait = {"Type": "Wait", "TimestampPath": "$.due"}
    ended = Execution.start(emulator, machine(wait), given).ended()
    assert -0.01 < ended.stopped_at - due.timestamp() < 0.5


def test_a_returned_token_resumes_the_execution_at_once(
    emulator: RunningEmulator, task: WaitingTask
) -> None:
    execution = Execution.start(emulator, machine(task.state(TimeoutSeconds=20)))
    token = task.token()
    returned_at = time.time()
    task.succeed(token, '{"reply": "sí"}')
    ended = execution.ended()
    assert ended.output == {"reply": "sí"}
    assert ended.stopped_at - returned_at < 0.5


def test_a_task_can_fail_by_its_token(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(TimeoutSeconds=20, **caught("Refused", then="S1"))
    execution = Execution.start(emulator, machine(waiting, {"Type": "Pass"}))
    emulator.machines.send_task_failure(taskToken=task.token(), error="Refused", cause="why not")
    assert execution.ended().output["error"] == {"Error": "Refused", "Cause": "why not"}


def test_the_timeout_may_come_from_the_input(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(TimeoutSecondsPath="$.seconds", **caught("States.Timeout", then="S1"))
    ended = Execution.start(emulator, machine(waiting, result("expired")), {"seconds": 1}).ended()
    assert ended.output == "expired"
    assert 1.0 <= ended.seconds < 2.0


def test_the_timeout_may_be_an_expression(emulator: RunningEmulator, task: WaitingTask) -> None:
    arguments = {
        "QueueUrl": task.queue,
        "MessageBody": {"token": "{% $states.context.Task.Token %}"},
    }
    waiting = task.state(TimeoutSeconds="{% $states.input.seconds %}", Arguments=arguments)
    del waiting["Parameters"]
    waiting["Catch"] = [{"ErrorEquals": ["States.Timeout"], "Next": "S1"}]
    definition = machine(waiting, {"Type": "Pass"}, QueryLanguage="JSONata")
    ended = Execution.start(emulator, definition, {"seconds": 1}).ended()
    assert (ended.status, ended.output["Error"]) == ("SUCCEEDED", "States.Timeout")


def test_a_silent_task_misses_its_heartbeat(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(HeartbeatSeconds=1, TimeoutSeconds=20)
    waiting |= caught("States.HeartbeatTimeout", then="S1")
    ended = Execution.start(emulator, machine(waiting, result("silent"))).ended()
    assert ended.output == "silent"
    assert ended.seconds < 2.5


def test_a_missed_heartbeat_is_a_timeout_too(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(HeartbeatSecondsPath="$.seconds", TimeoutSeconds=20)
    waiting |= caught("States.Timeout", then="S1")
    ended = Execution.start(emulator, machine(waiting, result("silent")), {"seconds": 1}).ended()
    assert ended.output == "silent"


def test_heartbeats_keep_a_task_alive(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(HeartbeatSeconds=1, TimeoutSeconds=20)
    execution = Execution.start(emulator, machine(waiting))
    token = task.token()
    for _ in range(3):
        time.sleep(0.6)
        emulator.machines.send_task_heartbeat(taskToken=token)
    task.succeed(token)
    assert execution.ended().status == "SUCCEEDED"


# -- tokens that nobody waits for -----------------------------------------------------------------


def test_a_late_token_has_timed_out(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(TimeoutSeconds=1, **caught("States.Timeout", then="S1"))
    execution = Execution.start(emulator, machine(waiting, result("expired")))
    token = task.token()
    execution.ended()
    assert _refusal(task, token) == "TaskTimedOut"


def test_a_token_is_good_for_one_answer(emulator: RunningEmulator, task: WaitingTask) -> None:
    definition = machine(task.state(TimeoutSeconds=20), {"Type": "Wait", "Seconds": 1})
    execution = Execution.start(emulator, definition)
    token = task.token()
    task.succeed(token, "1")
    assert _refusal(task, token) == "TaskTimedOut"
    assert execution.ended().output == 1


def test_an_invented_token_is_invalid(task: WaitingTask) -> None:
    assert _refusal(task, "invented") == "InvalidToken"


def test_what_is_no_json_is_no_output(emulator: RunningEmulator, task: WaitingTask) -> None:
    execution = Execution.start(emulator, machine(task.state(TimeoutSeconds=20)))
    token = task.token()
    assert _refusal(task, token, output="sí") == "InvalidOutput"
    task.succeed(token)
    assert execution.ended().status == "SUCCEEDED"


# -- stopping -------------------------------------------------------------------------------------


def test_a_stopped_execution_stays_aborted(emulator: RunningEmulator, task: WaitingTask) -> None:
    execution = Execution.start(emulator, machine(task.state(TimeoutSeconds=1)))
    token = task.token()
    emulator.machines.stop_execution(executionArn=execution.arn)
    time.sleep(1.2)
    assert execution.status == "ABORTED"
    assert _refusal(task, token) == "TaskTimedOut"


def test_stopping_reaches_no_catch(emulator: RunningEmulator, task: WaitingTask) -> None:
    waiting = task.state(TimeoutSeconds=20, **caught("States.ALL", then="S1"))
    waiting["Retry"] = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]
    execution = Execution.start(emulator, machine(waiting, task.state(TimeoutSeconds=20)))
    task.token()
    emulator.machines.stop_execution(executionArn=execution.arn)
    assert emulator.receive(task.queue, seconds=2) == []


def test_a_machine_may_limit_its_own_time(emulator: RunningEmulator) -> None:
    ended = Execution.start(emulator, machine(WAIT_LONG, TimeoutSeconds=1)).ended()
    assert ended.status == "TIMED_OUT"
    assert ended.seconds < 2.0


# -- starting -------------------------------------------------------------------------------------


def test_the_same_start_while_it_runs_is_the_same_execution(emulator: RunningEmulator) -> None:
    arn = _create(emulator, machine(WAIT_LONG))
    once, again = (
        emulator.machines.start_execution(stateMachineArn=arn, name="one", input='{"x": 1}')
        for _ in range(2)
    )
    assert once["executionArn"] == again["executionArn"]


def test_a_name_is_not_given_to_another_input(emulator: RunningEmulator) -> None:
    arn = _create(emulator, machine(WAIT_LONG))
    emulator.machines.start_execution(stateMachineArn=arn, name="one", input='{"x": 1}')
    with pytest.raises(emulator.machines.exceptions.ExecutionAlreadyExists):
        emulator.machines.start_execution(stateMachineArn=arn, name="one", input='{"x": 2}')


def test_a_name_is_not_given_again_after_the_end(emulator: RunningEmulator) -> None:
    arn = _create(emulator, machine(result(1)))
    started = emulator.machines.start_execution(stateMachineArn=arn, name="one")
    Execution(emulator, started["executionArn"]).ended()
    with pytest.raises(emulator.machines.exceptions.ExecutionAlreadyExists):
        emulator.machines.start_execution(stateMachineArn=arn, name="one")


# -- errors ---------------------------------------------------------------------------------------


def test_an_error_is_caught_by_its_class_name(emulator: RunningEmulator) -> None:
    failing = probe(do="raise") | caught("OutOfStock", then="S1")
    ended = Execution.start(emulator, machine(failing, {"Type": "Pass"})).ended()
    cause = json.loads(ended.output["error"]["Cause"])
    assert cause["errorMessage"] == "no more elixir"


def test_an_error_while_handing_out_a_token_fails_the_task(emulator: RunningEmulator) -> None:
    failing = probe(do="raise") | {"TimeoutSeconds": 20} | caught("OutOfStock", then="S1")
    failing["Resource"] = f"{INVOKE}.waitForTaskToken"
    ended = Execution.start(emulator, machine(failing, result("known"))).ended()
    assert ended.output == "known"


def test_a_slow_task_times_out(emulator: RunningEmulator) -> None:
    slow = probe(do="sleep", seconds=3) | {"TimeoutSeconds": 1}
    slow |= caught("States.Timeout", then="S1")
    ended = Execution.start(emulator, machine(slow, result("too slow"))).ended()
    assert ended.output == "too slow"
    assert ended.seconds < 2.0


def test_a_retry_waits_no_longer_than_its_limit(emulator: RunningEmulator) -> None:
    retry = {"ErrorEquals": ["OutOfStock"], "IntervalSeconds": 1, "MaxAttempts": 2}
    retry |= {"BackoffRate": 10, "MaxDelaySeconds": 1}
    ended = Execution.start(emulator, machine(probe(do="raise") | {"Retry": [retry]})).ended()
    assert ended.status == "FAILED"
    assert 2.0 <= ended.seconds < 4.0


# -- choosing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("TimestampLessThanPath", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("TimestampGreaterThanEqualsPath", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("StringLessThanPath", "ana", "beto"),
        ("NumericLessThanEqualsPath", 2, 2),
        ("BooleanEqualsPath", True, True),
    ],
)
def test_a_choice_may_compare_two_parts_of_its_input(
    emulator: RunningEmulator, operator: str, left: object, right: object
) -> None:
    rule = {"Variable": "$.left", operator: "$.right", "Next": "S2"}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "S1"}
    definition = machine(choice, result("no"), result("yes"))
    ended = Execution.start(emulator, definition, {"left": left, "right": right}).ended()
    assert ended.output == "yes"


def _create(emulator: RunningEmulator, definition: dict[str, Any]) -> str:
    return emulator.machines.create_state_machine(
        name=f"m{time.monotonic_ns()}", definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]


def _refusal(task: WaitingTask, token: str, output: str = "{}") -> str:
    """The code of the error that returning the token meets."""
    with pytest.raises(ClientError) as refused:
        task.succeed(token, output)
    code: str = refused.value.response["Error"]["Code"]
    return code
