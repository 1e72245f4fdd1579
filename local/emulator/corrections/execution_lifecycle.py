"""How an execution starts and ends.

MiniStack refuses a second start with the same name and input, overwrites ABORTED by the outcome
of what was still running, and ignores the state machine's own TimeoutSeconds.
"""

import contextvars
import json
import threading
from collections.abc import Callable
from typing import Any

from local.emulator.corrections import task_tokens
from local.emulator.ministack import responses, step_functions


def apply() -> None:
    step_functions._start_execution = _starting_once(step_functions._start_execution)
    step_functions._stop_execution = _stopping_its_tasks(step_functions._stop_execution)
    step_functions._fail_execution = _only_while_running(step_functions._fail_execution)
    step_functions._run_execution = _within_time(step_functions._run_execution)


def _starting_once(start: Callable[..., Any]) -> Callable[..., Any]:
    """The same name and input while it runs is the same execution, not an error."""

    def start_execution(data: dict[str, Any]) -> Any:
        running = _running_as(data)
        if running and running["input"] == data.get("input", "{}"):
            return responses.json_response(
                {"executionArn": running["executionArn"], "startDate": running["startDate"]}
            )
        return start(data)

    return start_execution


def _running_as(data: dict[str, Any]) -> dict[str, Any] | None:
    machine = step_functions._resolve_state_machine_arn(data.get("stateMachineArn", ""))
    arn = f"{machine or ''}:{data.get('name')}".replace(":stateMachine:", ":execution:")
    execution: dict[str, Any] | None = step_functions._executions.get(arn)
    return execution if execution and execution["status"] == "RUNNING" else None


def _stopping_its_tasks(stop: Callable[..., Any]) -> Callable[..., Any]:
    def stop_execution(data: dict[str, Any]) -> Any:
        response = stop(data)
        task_tokens.abandon(data.get("executionArn", ""))
        return response

    return stop_execution


def _only_while_running(fail: Callable[..., Any]) -> Callable[..., Any]:
    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    return fail_execution


def _within_time(run: Callable[..., Any]) -> Callable[..., Any]:
    def run_execution(arn: str) -> None:
        limit = _time_limit(arn)
        if limit is None:
            run(arn)
            return
        timer = threading.Timer(limit, contextvars.copy_context().run, (_time_out, arn))
        timer.daemon = True
        timer.start()
        try:
            run(arn)
        finally:
            timer.cancel()

    return run_execution


def _time_limit(arn: str) -> float | None:
    machine = step_functions._state_machines[step_functions._executions[arn]["stateMachineArn"]]
    limit: float | None = json.loads(machine["definition"]).get("TimeoutSeconds")
    return limit


def _time_out(arn: str) -> None:
    execution = step_functions._executions[arn]
    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", stopDate=step_functions.now_iso(), error="States.Timeout")
    step_functions._add_event(
        execution,
        "ExecutionTimedOut",
        {"executionTimedOutEventDetails": {"error": "States.Timeout"}},
    )
    step_functions._emit_execution_status_event(execution)
    task_tokens.abandon(arn)
