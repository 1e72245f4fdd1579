"""State machines of a test's own, and what becomes of their executions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.local.emulator import ROLE, RunningEmulator, eventually

INVOKE = "arn:aws:states:::lambda:invoke"
HAND_OUT_TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"

State = dict[str, Any]


def machine(*states: State, **fields: Any) -> State:
    """A definition whose states follow one another; the first is S0, the next S1 and so on."""
    names = [f"S{number}" for number in range(len(states))]
    following = [{"Next": name} for name in names[1:]] + [{"End": True}]
    chained = {
        name: state if {"Next", "End"} & state.keys() or _ends(state) else state | after
        for name, state, after in zip(names, states, following, strict=True)
    }
    return {"StartAt": "S0", "States": chained, **fields}


def result(value: object) -> State:
    return {"Type": "Pass", "Result": value, "End": True}


def caught(error: str, then: str) -> State:
    return {"Catch": [{"ErrorEquals": [error], "ResultPath": "$.error", "Next": then}]}


def _ends(state: State) -> bool:
    return state["Type"] in ("Choice", "Succeed", "Fail")


@dataclass(frozen=True)
class Execution:
    emulator: RunningEmulator
    arn: str

    @classmethod
    def start(
        cls, emulator: RunningEmulator, definition: State, given: Mapping[str, Any] | None = None
    ) -> "Execution":
        created = emulator.machines.create_state_machine(
            name=f"m{uuid4().hex}", definition=json.dumps(definition), roleArn=ROLE
        )
        started = emulator.machines.start_execution(
            stateMachineArn=created["stateMachineArn"], input=json.dumps(given or {})
        )
        return cls(emulator, started["executionArn"])

    @property
    def status(self) -> str:
        return self.emulator.machines.describe_execution(executionArn=self.arn)["status"]

    def ended(self, seconds: float = 15) -> "Ended":
        eventually(lambda: self.status != "RUNNING", seconds)
        found = self.emulator.machines.describe_execution(executionArn=self.arn)
        return Ended(
            status=found["status"],
            seconds=(found["stopDate"] - found["startDate"]).total_seconds(),
            stopped_at=found["stopDate"].timestamp(),
            output=json.loads(found.get("output") or "null"),
        )


@dataclass(frozen=True)
class Ended:
    status: str
    seconds: float
    stopped_at: float
    output: Any


@dataclass(frozen=True)
class WaitingTask:
    """A state that hands its token out through a queue and waits for it to come back."""

    emulator: RunningEmulator
    queue: str

    @classmethod
    def create(cls, emulator: RunningEmulator) -> "WaitingTask":
        url = emulator.queues.create_queue(QueueName=uuid4().hex)["QueueUrl"]
        return cls(emulator, url)

    def state(self, **fields: Any) -> State:
        parameters = {"QueueUrl": self.queue, "MessageBody": {"token.$": "$$.Task.Token"}}
        return {"Type": "Task", "Resource": HAND_OUT_TOKEN, "Parameters": parameters, **fields}

    def token(self) -> str:
        (message,) = self.emulator.receive(self.queue, seconds=5)
        token: str = json.loads(message["Body"])["token"]
        return token

    def succeed(self, token: str, output: str = "{}") -> None:
        self.emulator.machines.send_task_success(taskToken=token, output=output)
