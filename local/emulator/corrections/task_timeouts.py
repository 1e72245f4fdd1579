"""Limits of a task that come from its input or an expression: how long it may run or stay silent.

MiniStack knows only a constant TimeoutSeconds and waits a day for everything else.
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from local.emulator.ministack import step_functions

_LIMITS = ("TimeoutSeconds", "HeartbeatSeconds")

_running = threading.local()


def apply() -> None:
    step_functions._execute_task = _resolving_limits(step_functions._execute_task)


def current_execution() -> str:
    """The execution this thread runs a task of."""
    arn: str = _running.execution_arn
    return arn


def _resolving_limits(execute: Callable[..., Any]) -> Callable[..., Any]:
    def execute_task(
        state: dict[str, Any], state_input: Any, execution: dict[str, Any], context: dict[str, Any]
    ) -> Any:
        limits = {field: _seconds(state, field, state_input, context) for field in _LIMITS}
        resolved = state | {field: seconds for field, seconds in limits.items() if seconds}
        _running.execution_arn = execution["executionArn"]
        return execute(resolved, state_input, execution, context)

    return execute_task


def _seconds(
    state: dict[str, Any], field: str, state_input: Any, context: dict[str, Any]
) -> float | None:
    given = state.get(field)
    if isinstance(given, str):
        given = step_functions._jsonata_state_field(state, field, "number", state_input, context)
    path = state.get(f"{field}Path")
    if path is None:
        return given
    selected = step_functions._resolve_path_or_ctx(path, state_input, context)
    if isinstance(selected, bool) or not isinstance(selected, int | float) or selected <= 0:
        raise step_functions._ExecutionError(
            "States.Runtime",
            f"{field}Path {path} must select a positive number, got {json.dumps(selected)}",
        )
    return selected
