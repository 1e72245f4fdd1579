from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.emulator import RunningEmulator


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """One for all tests that leave it alive."""
    running = RunningEmulator(tmp_path_factory.mktemp("emulator")).start()
    running.deploy_probe()
    yield running
    running.stop()


@pytest.fixture
def mortal_emulator(tmp_path: Path) -> Iterator[RunningEmulator]:
    """One that may be killed."""
    running = RunningEmulator(tmp_path).start()
    yield running
    running.stop()
