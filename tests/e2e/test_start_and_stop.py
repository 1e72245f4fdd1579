"""The house comes up by itself whatever happened before, and leaves nothing behind."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.process_table import command_of
from tests.e2e.house import RunningHouse, eventually, new_customer


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[RunningHouse]:
    """One that a test may treat as it likes."""
    house = RunningHouse(tmp_path)
    yield house
    house.stop()


def test_a_stopped_house_leaves_no_process_and_a_second_start_keeps_the_data(
    own_house: RunningHouse,
) -> None:
    customer = new_customer()
    pids = own_house.start().ready["pids"]
    own_house.write("Hola, qué precio tiene?", customer=customer)
    said = own_house.answers(customer)
    own_house.stop()
    assert [pid for pid in pids.values() if command_of(pid)] == []
    assert not (own_house.folder / "ready.json").exists()
    assert own_house.start().delivered(customer) == said
    assert own_house.outbound(customer)


def test_after_the_house_itself_was_killed_the_next_one_takes_over(
    own_house: RunningHouse,
) -> None:
    left = own_house.start().ready["pids"]
    own_house.kill("house")
    own_house.wait_until_ended()
    (own_house.folder / "ready.json").unlink()
    own_house.start()
    assert [name for name, pid in left.items() if command_of(pid)] == []


def test_a_fresh_house_has_forgotten_everything(own_house: RunningHouse) -> None:
    customer = new_customer()
    own_house.start().write("Hola", customer=customer)
    own_house.answers(customer)
    own_house.stop()
    own_house.environment["FRESH"] = "1"
    assert own_house.start().outbound(customer) == []
    assert own_house.delivered(customer) == []


def test_a_taken_port_is_stepped_around_and_said(own_house: RunningHouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        own_house.environment["PORT"] = port
        api = own_house.start().ready["api"]
    assert not api.endswith(f":{port}")
    assert f"port {port} is taken: front door is on" in (own_house.folder / "house.log").read_text()


def test_terminating_it_is_stopping_it(own_house: RunningHouse) -> None:
    pids = own_house.start().ready["pids"]
    os.kill(pids["house"], signal.SIGTERM)
    own_house.wait_until_ended()
    eventually(lambda: not any(map(command_of, pids.values())), seconds=5)
