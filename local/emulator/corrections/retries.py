"""Which errors a Retry or Catch answers to, and how long it waits.

MiniStack ignores MaxDelaySeconds, and `States.Timeout` does not catch a missed heartbeat.
"""

from collections.abc import Callable
from typing import Any

from local.emulator.ministack import step_functions


def apply() -> None:
    step_functions._find_matching_retrier = _bounded(step_functions._find_matching_retrier)
    step_functions._error_matches = _counting_heartbeats(step_functions._error_matches)


def _bounded(find: Callable[..., Any]) -> Callable[..., Any]:
    """The retrier with its delay already worked out, so that the engine's own formula keeps it."""

    def find_matching_retrier(
        retriers: list[dict[str, Any]], error: str, counts: dict[int, int]
    ) -> tuple[dict[str, Any] | None, int]:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return None, index
        growth = retrier.get("BackoffRate", 2.0) ** counts.get(index, 0)
        delay = retrier.get("IntervalSeconds", 1) * growth
        bounded = min(delay, retrier.get("MaxDelaySeconds", delay))
        return retrier | {"IntervalSeconds": bounded, "BackoffRate": 1}, index

    return find_matching_retrier


def _counting_heartbeats(matches: Callable[..., Any]) -> Callable[..., Any]:
    def error_matches(accepted: list[str], error: str) -> bool:
        missed_beat = error == "States.HeartbeatTimeout" and "States.Timeout" in accepted
        return missed_beat or bool(matches(accepted, error))

    return error_matches
