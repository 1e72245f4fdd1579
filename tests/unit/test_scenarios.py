"""Scenario files are read strictly: an error names file, step and field."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from local.scenarios import load
from morfx.domain.content import Text
from morfx.domain.errors import MalformedRequest
from morfx.domain.standing import Standing
from morfx.simulator.calendar import duration, instant
from morfx.simulator.expectation import Disappointment, Found, disappointments
from morfx.simulator.scenario import Expectation
from morfx.simulator.whatsapp import Delivered

FRIDAY_NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps: [{customer: hola}]", "x.yaml: title: Field required"),
        ("title: t\nsteps: []", "x.yaml: steps: Tuple should have at least 1 item"),
        ("title: t\nsteps: [{cliente: hola}]", "x.yaml: step 1: cliente: Extra inputs"),
        (
            "title: t\nsteps: [{customer: hola}, {expect: {mod: x}}]",
            "x.yaml: step 2: expect.mod: Extra inputs",
        ),
        (
            "title: t\nsteps: [{customer: hola, human: takes over}]",
            "x.yaml: step 1: a step is one of customer, human",
        ),
        ("title: t\nsteps: [{at: mañana, customer: hola}]", "x.yaml: step 1: at: "),
        ("title: t\nsteps: [{human: dances}]", "x.yaml: step 1: human: Input should be"),
        (
            "title: t\nsteps: [{customer: hola, understood: {intents: {precio: sure}}}]",
            "x.yaml: step 1: understood.intents.precio: ",
        ),
        ("title: t\nsteps: [{customer: a, to: other}]", "x.yaml: step 1: to: no shop"),
        ("title: [", "x.yaml: while parsing"),
    ],
)
def test_a_broken_scenario_is_refused_naming_file_step_and_field(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)

    with pytest.raises(MalformedRequest) as refused:
        load(file)
    assert str(refused.value).startswith(complaint)


def test_a_scenario_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MalformedRequest, match=r"nowhere\.yaml"):
        load(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+90s", "2026-11-20T17:01:30"),
        ("+0.5s", "2026-11-20T17:00:00.500"),
        ("+1d2h", "2026-11-21T19:00:00"),
        ("12:00", "2026-11-20T17:00:00"),
        ("11:59", "2026-11-21T16:59:00"),
        ("viernes 12:00", "2026-11-20T17:00:00"),
        ("viernes 9:00", "2026-11-27T14:00:00"),
        ("domingo 21:00", "2026-11-23T02:00:00"),
        ("2026-11-21T21:00", "2026-11-22T02:00:00"),
        ("2026-11-21T21:00Z", "2026-11-21T21:00:00"),
    ],
)
def test_instants_are_read_as_a_person_in_bogota_means_them(text: str, expected: str) -> None:
    assert instant(text, after=FRIDAY_NOON) == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize("text", ["10m", "+", "+5x", "someday 10:00", "25:00", ""])
def test_what_names_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant(text, after=FRIDAY_NOON)


def test_a_duration_is_the_sum_of_its_parts() -> None:
    assert duration("+1h30m10s") == timedelta(hours=1, minutes=30, seconds=10)


def missed(found: Found, **expected: object) -> list[str]:
    """Fields in which the expectation is disappointed."""
    expectation = Expectation.model_validate(expected)
    return [missing.field for missing in disappointments(1, expectation, found)]


def said(*texts: str, standing: Standing | None = None) -> Found:
    delivered = [
        Delivered(
            provider_message_id=str(place),
            at=FRIDAY_NOON,
            account="1",
            to="2",
            content=Text(text=text),
            reference="",
        )
        for place, text in enumerate(texts)
    ]
    return Found(delivered=delivered, bubbles=(), standing=standing)


STANDING = Standing(
    workspace_id=uuid4(),
    conversation_id=uuid4(),
    agent_id="somnio-sales",
    session_id=None,
    version=None,
    bot_state="off",
    mode="collecting_data",
    status="handed_off",
    end_reason="handoff",
    data={"nombre": "Ana", "ciudad": "Cali"},
    pack=None,
    orders=(),
    silence_reason="handed_off",
    tasks=("customer_asked",),
    timers=(),
    bubbles=(),
    events=(),
)


def test_what_is_so_disappoints_nobody() -> None:
    found = said("Hola, Ana", "Vale $77.900", standing=STANDING)
    assert not missed(
        found,
        said=["hola", "77.900"],
        in_order=["Hola", "Vale"],
        not_said="envío",
        messages=2,
        mode="collecting_data",
        data={"ciudad": "Cali"},
        bot="off",
        timers=[],
        silence="handed_off",
        end="handoff",
        tasks="customer_asked",
    )


def test_every_expectation_can_be_disappointed() -> None:
    wrong: dict[str, object] = {
        "said": "envío",
        "in_order": ["Vale", "Hola"],
        "not_said": "hola",
        "messages": 3,
        "buttons": "Precio",
        "bubbles": "sent",
        "mode": "conversacion",
        "data": {"ciudad": "Bogotá"},
        "pack": "1x",
        "orders": "confirmed 1x 77900",
        "stages": "Nuevo pedido",
        "bot": "on",
        "timers": "L0",
        "ended_timers": "L0 expired",
        "silence": "muted",
        "end": "no",
        "tasks": [],
    }
    assert set(wrong) == set(Expectation.model_fields)
    found = said("Hola, Ana", "Vale $77.900", standing=STANDING)
    for field, value in wrong.items():
        assert missed(found, **{field: value}) == [field]


def test_silence_is_expected_by_name() -> None:
    assert missed(said("Hola"), said="nothing") == ["said"]
    assert not missed(said(), said="nothing")


def test_of_a_customer_who_never_wrote_nothing_is_so() -> None:
    [missing] = disappointments(7, Expectation(mode="conversacion"), said())
    assert missing == Disappointment(step=7, field="mode", expected="conversacion", found=None)
