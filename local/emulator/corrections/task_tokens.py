"""Tasks that wait for their token to come back.

MiniStack swallows an error of the call that hands the token out, knows no heartbeat, accepts a
token after its task was stopped, and lets a stopped execution fail later by the task's timeout.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.emulator.corrections.task_timeouts import current_execution
from local.emulator.ministack import responses, step_functions


def apply() -> None:
    step_functions._invoke_with_callback = _invoke_and_wait
    step_functions._send_task_success = _answering(_succeed, step_functions._send_task_success)
    step_functions._send_task_failure = _answering(_fail, step_functions._send_task_failure)
    step_functions._send_task_heartbeat = _answering(_beat, step_functions._send_task_heartbeat)


def abandon(execution_arn: str) -> None:
    """The execution ended; nobody waits for its tokens any more."""
    for task in list(_waiting.values()):
        if task.execution_arn == execution_arn:
            task.settle(_Stopped())


@dataclass(frozen=True)
class _Success:
    output: Any


@dataclass(frozen=True)
class _Failure:
    error: str
    cause: str


@dataclass(frozen=True)
class _Stopped:
    pass


_Answer = _Success | _Failure | _Stopped


class _ExecutionEnded(SystemExit):
    """Ends the execution's thread in silence: not an error, so no Retry or Catch sees it."""


class _WaitingTask:
    def __init__(self, execution_arn: str, limit: float | None, silence: float | None) -> None:
        self.execution_arn = execution_arn
        self._silence = silence
        self._ends = time.monotonic() + (limit or float("inf"))
        self._last_sign = time.monotonic()
        self._answer: _Answer | None = None
        self._changed = threading.Condition()

    @property
    def open(self) -> bool:
        return self._answer is None

    def settle(self, answer: _Answer) -> None:
        with self._changed:
            self._answer = self._answer or answer
            self._changed.notify()

    def beat(self) -> None:
        with self._changed:
            self._last_sign = time.monotonic()
            self._changed.notify()

    def wait(self) -> _Answer:
        with self._changed:
            while self._answer is None:
                silence_ends = self._last_sign + (self._silence or float("inf"))
                now = time.monotonic()
                if now >= self._ends:
                    return _Failure("States.Timeout", "")
                if now >= silence_ends:
                    return _Failure("States.HeartbeatTimeout", "")
                left = min(self._ends, silence_ends) - now
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
            return self._answer


_waiting: dict[str, _WaitingTask] = {}
_closed: set[str] = set()


def _invoke_and_wait(resource: str, task_input: Any, token: str, state: dict[str, Any]) -> Any:
    task = _WaitingTask(
        current_execution(), state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    )
    _waiting[token] = task
    try:
        step_functions._invoke_resource(resource.replace(".waitForTaskToken", ""), task_input)
        answer = task.wait()
    finally:
        del _waiting[token]
        _closed.add(token)
    match answer:
        case _Success(output):
            return output
        case _Failure(error, cause):
            raise step_functions._ExecutionError(error, cause)
        case _Stopped():
            raise _ExecutionEnded


def _succeed(task: _WaitingTask, data: dict[str, Any]) -> Any:
    try:
        output = json.loads(data.get("output", ""))
    except ValueError:
        return _refusal("InvalidOutput", "Invalid Output")
    return task.settle(_Success(output))


def _fail(task: _WaitingTask, data: dict[str, Any]) -> None:
    task.settle(_Failure(data.get("error") or "", data.get("cause") or ""))


def _beat(task: _WaitingTask, _data: dict[str, Any]) -> None:
    task.beat()


def _answering(
    tell: Callable[[_WaitingTask, dict[str, Any]], Any], tell_activity: Callable[..., Any]
) -> Callable[..., Any]:
    """The API action: an open task is told, a closed one has timed out, others are unknown."""

    def send_task(data: dict[str, Any]) -> Any:
        token = data.get("taskToken", "")
        task = _waiting.get(token)
        if task and task.open:
            return tell(task, data) or responses.json_response({})
        if task or token in _closed:
            return _refusal(
                "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"
            )
        if token in step_functions._task_tokens:
            return tell_activity(data)
        return _refusal("InvalidToken", "Invalid Token: 'Invalid token'")

    return send_task


def _refusal(code: str, message: str) -> Any:
    return responses.error_response_json(code, message, 400)
