"""What was told 200 survives ``kill -9`` of anything: answered once, or visibly uncertain."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

import httpx
import pytest

from tests.e2e.house import RunningHouse, eventually, new_customer

BURST = 50


@pytest.fixture
def mortal_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    running = RunningHouse(tmp_path_factory.mktemp("mortal")).start()
    yield running
    running.stop()


def burst(house: RunningHouse, during: Callable[[], None]) -> list[str]:
    """Fifty customers write at once; something happens when the first ten were told 200."""
    customers = [new_customer() for _ in range(BURST)]
    accepted: list[str] = []

    def write(customer: str) -> None:
        with suppress(httpx.TransportError, AssertionError):
            house.write("Hola, qué precio tiene?", customer=customer)
            accepted.append(customer)

    with ThreadPoolExecutor(8) as crowd:
        writing = [crowd.submit(write, customer) for customer in customers]
        eventually(lambda: len(accepted) >= 10)
        during()
        wait(writing)
    return accepted


def settled(house: RunningHouse, customers: list[str]) -> dict[str, list[str]] | None:
    """Each customer's outbound states, once everybody has one that will not change by itself."""
    rows = house.rows(
        "SELECT external_id, array_agg(status) FILTER (WHERE status <> 'cancelled') AS states"
        " FROM messages JOIN conversations c ON c.id = conversation_id"
        " WHERE direction = 'outbound' AND external_id = ANY (%s) GROUP BY external_id",
        customers,
    )
    states = {row["external_id"]: row["states"] or [] for row in rows}
    waiting = {"queued", "sending"}
    done = [one for one in customers if states.get(one) and not waiting & set(states[one])]
    return states if len(done) == len(customers) else None


def check_everybody_was_answered_once(house: RunningHouse, customers: list[str]) -> None:
    states = eventually(lambda: settled(house, customers), seconds=240)
    for customer in customers:
        [state] = states[customer]
        delivered = len(house.delivered(customer))
        assert delivered == 1 or (state == "uncertain" and delivered == 0), (state, delivered)


def function_processes(house: RunningHouse) -> list[int]:
    """The Lambda runtimes of this house."""
    found = subprocess.run(
        ["pgrep", "-f", "-P", str(house.ready["pids"]["emulator"]), "awslambdaric"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


def test_killing_functions_during_a_burst_loses_and_doubles_nothing(
    mortal_house: RunningHouse,
) -> None:
    house, killed = mortal_house, list[int]()

    def massacre() -> None:
        for _ in range(6):
            time.sleep(0.5)
            for pid in function_processes(house):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    accepted = burst(house, massacre)

    assert killed
    check_everybody_was_answered_once(house, accepted)


@pytest.mark.parametrize("victim", ["emulator", "postgres"])
def test_killing_a_pillar_during_a_burst_loses_and_doubles_nothing(
    mortal_house: RunningHouse, victim: str
) -> None:
    accepted = burst(mortal_house, lambda: mortal_house.kill(victim))
    mortal_house.wait_until_ended()
    mortal_house.start()

    check_everybody_was_answered_once(mortal_house, accepted)
