"""Every scenario file beside this one and below, played to its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import scenarios
from morfx.simulator.simulation import Simulation

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.yaml"))


@pytest.fixture(scope="module")
def simulation(database_url: str) -> Iterator[Simulation]:
    with scenarios.simulation(database_url) as opened:
        yield opened


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HERE)))
def test_scenario(simulation: Simulation, file: Path) -> None:
    story = simulation.play(scenarios.load(file))

    assert story.went_well, f"\n{story.transcript()}"
