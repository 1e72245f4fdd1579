"""Functions run as on AWS: by its own runtime client, apart from the shell, in bounded numbers."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.emulator.functions.environment import ExecutionEnvironment, Program
from local.emulator.functions.pool import Pool, ThrottledError
from local.folders import FUNCTIONS_PYTHON
from tests.local.emulator import PROBE, RunningEmulator


def test_an_exception_is_reported_by_its_own_name(emulator: RunningEmulator) -> None:
    answer = emulator.invoke({"do": "raise"})
    assert answer["errorType"] == "OutOfStock"
    assert answer["errorMessage"] == "no more elixir"
    assert answer["stackTrace"]


def test_an_exception_leaves_the_process_warm(emulator: RunningEmulator) -> None:
    before = emulator.invoke({"do": "look around"})["pid"]
    emulator.invoke({"do": "raise"})
    assert emulator.invoke({"do": "look around"})["pid"] == before


def test_a_function_sees_nothing_of_the_shell(emulator: RunningEmulator) -> None:
    seen = emulator.invoke({"do": "look around"})["environment"]
    assert "SECRET_OF_THE_SHELL" not in seen
    assert "HOME" not in seen
    assert seen["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{emulator.port}"


def test_a_process_that_dies_fails_its_event_only(emulator: RunningEmulator) -> None:
    assert emulator.invoke({"do": "exit"})["errorType"] == "Runtime.ExitError"
    assert emulator.invoke({"do": "echo"}) == {"do": "echo"}


def test_a_function_over_its_time_is_cut_off(emulator: RunningEmulator) -> None:
    emulator.deploy_probe("hasty-probe", timeout=1)
    answer = emulator.invoke({"do": "sleep", "seconds": 5}, "hasty-probe")
    assert answer == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "Task timed out after 1.00 seconds",
    }


def test_what_a_function_prints_is_in_its_log(emulator: RunningEmulator) -> None:
    emulator.invoke({"do": "echo"})
    assert "the probe ran" in (emulator.folder / "logs" / "probe.log").read_text()


def test_a_warm_invocation_takes_milliseconds(emulator: RunningEmulator) -> None:
    emulator.invoke({})
    times = [_seconds_of(lambda: emulator.invoke({})) for _ in range(10)]
    assert sorted(times)[5] < 0.05


def test_a_burst_shares_the_processes_there_may_be(emulator: RunningEmulator) -> None:
    event = {"do": "look around"}
    with ThreadPoolExecutor(20) as callers:
        answers = list(callers.map(lambda _: emulator.invoke(event), range(20)))
    assert len({answer["pid"] for answer in answers}) <= emulator.environments


def test_who_waits_too_long_for_a_process_is_throttled(tmp_path: Path) -> None:
    pool = Pool(limit=1, patience=0.1)
    variables = {"_HANDLER": "app.handler"}
    program = Program(FUNCTIONS_PYTHON, PROBE.parent, variables, tmp_path / "probe.log")

    def start() -> ExecutionEnvironment:
        return ExecutionEnvironment(program)

    with pool.lease("probe", start), pytest.raises(ThrottledError):
        pool.lease("probe", start).__enter__()
    pool.close(patience=0)


def test_a_closing_pool_lets_work_in_progress_end(tmp_path: Path) -> None:
    pool = Pool(limit=1, patience=0.1)
    variables = {"_HANDLER": "app.handler"}
    program = Program(FUNCTIONS_PYTHON, PROBE.parent, variables, tmp_path / "probe.log")
    with pool.lease("probe", lambda: ExecutionEnvironment(program)) as environment:
        closing = threading.Thread(target=pool.close, args=(5,))
        closing.start()
        time.sleep(0.2)
        assert environment.usable
    closing.join(5)
    assert not environment.usable


def _seconds_of(action: Callable[[], object]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started
