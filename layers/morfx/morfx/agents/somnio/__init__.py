"""Somnio's seller: one agent, declared."""

from morfx.agents.somnio.declaration import (
    CHOICES,
    DATA_TAKEN,
    DETECTOR_PROMPT,
    FIELDS,
    INTENTS,
    ORCHESTRATOR_PROMPT,
    TOOLS,
)
from morfx.agents.somnio.policy import decide
from morfx.domain.agent import Agent, ModelSettings, Speech
from morfx.domain.identifier import AgentId

SOMNIO = Agent(
    id=AgentId("somnio-sales"),
    name="Somnio",
    description="Vende el ELIXIR DEL SUEÑO por WhatsApp, con pago contra entrega.",
    intent_detector=ModelSettings(system_prompt=DETECTOR_PROMPT, max_tokens=1024),
    orchestrator=ModelSettings(system_prompt=ORCHESTRATOR_PROMPT, max_tokens=1024),
    tools=TOOLS,
    states=("conversacion", "collecting_data"),
    initial_state="conversacion",
    transitions={"conversacion": frozenset({"collecting_data"}), "collecting_data": frozenset()},
    intents=INTENTS,
    fields=FIELDS,
    packs=tuple(CHOICES.values()),
    speech=Speech(clarification="aclaracion", unreadable="no_texto"),
    policy_texts=frozenset({DATA_TAKEN}),
    follow_ups={"collecting_data": 0},
    timers={0: "recordatorio_datos"},
    decide=decide,
)
