"""An agent is checked when it is declared; what is wrong is named by agent and field."""

from dataclasses import replace
from typing import Any

import pytest

from morfx.agents.somnio import SOMNIO
from morfx.domain.agent import Intent, ModelSettings, Speech, Thresholds
from morfx.domain.errors import AgentError, AgentNotFoundError
from morfx.domain.identifier import AgentId
from morfx.engine.registry import Registry

NOBODY = AgentId("nobody")
OTHER = replace(SOMNIO, id=AgentId("other"))


def test_a_registry_keeps_what_it_is_given() -> None:
    registry = Registry([SOMNIO], tools=SOMNIO.tools)
    registry.register(OTHER)

    assert registry.get(OTHER.id) is OTHER
    assert registry.has(SOMNIO.id)
    assert registry.list() == (SOMNIO, OTHER)
    assert registry.list_ids() == (SOMNIO.id, OTHER.id)
    assert registry.size == 2


def test_there_is_no_default_agent() -> None:
    with pytest.raises(AgentNotFoundError, match="nobody"):
        Registry([SOMNIO], tools=SOMNIO.tools).get(NOBODY)


def test_an_agent_is_never_put_in_anothers_place() -> None:
    with pytest.raises(AgentError, match="registered already"):
        Registry([SOMNIO, SOMNIO], tools=SOMNIO.tools)


def test_agents_can_be_forgotten() -> None:
    registry = Registry([SOMNIO, OTHER], tools=SOMNIO.tools)
    registry.unregister(SOMNIO.id)
    assert registry.list_ids() == (OTHER.id,)
    registry.clear()
    assert registry.size == 0
    with pytest.raises(AgentNotFoundError):
        registry.unregister(OTHER.id)


REMINDS = SOMNIO.timers[0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"description": ""}, "description"),
        ({"states": ()}, "states"),
        ({"intents": {}}, "intents"),
        ({"intent_detector": ModelSettings(system_prompt="", max_tokens=9)}, "intent_detector"),
        ({"orchestrator": ModelSettings(system_prompt="x", max_tokens=0)}, "orchestrator"),
        ({"speech": Speech(clarification="", unreadable="x")}, "speech.clarification"),
        ({"initial_state": "luna"}, "initial_state"),
        ({"transitions": {**SOMNIO.transitions, "conversacion": {"luna"}}}, "transitions"),
        ({"transitions": {"conversacion": frozenset()}}, "transitions: collecting_data"),
        ({"thresholds": Thresholds(clarify=70)}, "thresholds"),
        ({"token_budget": 0}, "token_budget"),
        ({"tools": ("crm.contact.get",)}, "tools: there is no tool crm.contact.get"),
        ({"intents": {"x": Intent(meaning="m", label="l", answer="")}}, "intents.x: has no answer"),
        ({"intents": {"x": Intent(meaning="m", label="l" * 21, answer="a")}}, "intents.x"),
        ({"timers": {7: REMINDS}}, "timers.7: is no level"),
        ({"timers": {0: replace(REMINDS, says="")}}, "timers.0: has no action"),
        ({"timers": {0: replace(REMINDS, waits_in="luna")}}, "timers.0: luna is no state"),
    ],
)
def test_a_broken_declaration_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(AgentError, match=f"somnio-sales: {field}"):
        Registry([replace(SOMNIO, **change)], tools=SOMNIO.tools)


@pytest.mark.parametrize(
    ("confidence", "band"),
    [(100, "proceed"), (85, "proceed"), (84.9, "reanalyze"), (60, "reanalyze"),
     (59.9, "clarify"), (40, "clarify"), (39.9, "handoff"), (0, "handoff")],
)  # fmt: skip
def test_confidence_falls_into_four_bands(confidence: float, band: str) -> None:
    assert Thresholds().band(confidence) == band
