from collections.abc import Iterator

import pytest

from tests.e2e.house import RunningHouse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """One house for all tests that leave it standing."""
    running = RunningHouse(tmp_path_factory.mktemp("house")).start()
    yield running
    running.stop()
