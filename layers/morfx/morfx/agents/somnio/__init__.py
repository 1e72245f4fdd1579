"""Somnio's seller, as data and two small policies."""

from morfx.agents.somnio.policy import TEXTS, decide, on_expiry
from morfx.domain.agent import Agent
from morfx.domain.identifier import AgentId

SOMNIO = Agent(
    id=AgentId("somnio-sales"),
    name="Somnio",
    description="Vende el ELIXIR DEL SUEÑO por WhatsApp, con pago contra entrega.",
    initial_mode="conversacion",
    transitions={"conversacion": frozenset({"collecting_data"}), "collecting_data": frozenset()},
    texts=TEXTS,
    decide=decide,
    on_expiry=on_expiry,
)
