"""Somnio's seller: one agent, declared."""

from morfx.agents.somnio.declaration import (
    CHOICES,
    DETECTOR_PROMPT,
    FIELDS,
    INTENTS,
    ORCHESTRATOR_PROMPT,
    POLICY_TEXTS,
    STATES,
    TALKING,
    TIMERS,
    TOOLS,
    TRANSITIONS,
)
from morfx.agents.somnio.policy import decide
from morfx.agents.somnio.silence import on_silence
from morfx.domain.agent import Agent, ModelSettings, Speech
from morfx.domain.identifier import AgentId

SOMNIO = Agent(
    id=AgentId("somnio-sales"),
    name="Somnio",
    description="Vende el ELIXIR DEL SUEÑO por WhatsApp, con pago contra entrega.",
    intent_detector=ModelSettings(system_prompt=DETECTOR_PROMPT, max_tokens=1024),
    orchestrator=ModelSettings(system_prompt=ORCHESTRATOR_PROMPT, max_tokens=1024),
    tools=TOOLS,
    states=STATES,
    initial_state=TALKING,
    transitions=TRANSITIONS,
    intents=INTENTS,
    fields=FIELDS,
    packs=tuple(CHOICES.values()),
    speech=Speech(
        clarification="aclaracion",
        unreadable="no_texto",
        repeated="ya_respondido",
        order_failed="pedido_fallido",
    ),
    policy_texts=POLICY_TEXTS,
    timers=TIMERS,
    decide=decide,
    on_silence=on_silence,
)
