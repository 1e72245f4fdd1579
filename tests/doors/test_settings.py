"""What every door must be given, and what is kept beside it."""

import json
from dataclasses import MISSING, fields

import pytest

from morfx import settings
from morfx.domain.errors import MissingSetting
from tests.street import ROOT, open_door

DOORS = {
    "intake": settings.IntakeSettings,
    "turn": settings.TurnSettings,
    "send": settings.SendSettings,
    "timer": settings.TimerSettings,
    "housekeeping": settings.HousekeepingSettings,
    "migrate": settings.MigrateSettings,
    "onboard": settings.OnboardSettings,
    "agents_api": settings.AgentsApiSettings,
    "api_keys": settings.ApiKeysSettings,
}
REQUIRED = [
    (door, field.name.upper())
    for door, needs in DOORS.items()
    for field in fields(needs)
    if field.default is MISSING
]


@pytest.mark.parametrize(("door", "setting"), REQUIRED)
def test_a_door_without_a_setting_does_not_open_and_names_it(
    environment: None, monkeypatch: pytest.MonkeyPatch, door: str, setting: str
) -> None:
    monkeypatch.setenv("MIGRATIONS_DATABASE_URL", "postgresql://owner@127.0.0.1/morfx")
    monkeypatch.delenv(setting)
    with pytest.raises(MissingSetting, match=f"{setting} is not set"):
        open_door(door)


@pytest.mark.parametrize(("door", "setting"), REQUIRED)
def test_the_example_environment_gives_every_door_all_it_needs(door: str, setting: str) -> None:
    example = json.loads((ROOT / "events/env.example.json").read_text())
    assert example[f"{door.title().replace('_', '')}Function"][setting]


def test_every_door_has_an_event() -> None:
    doors = {path.parent.name for path in ROOT.glob("functions/*/app.py")}
    assert doors == {path.parent.name for path in ROOT.glob("events/*/*.json")}
