"""A second agent, of another trade: it books appointments at a clinic."""

from morfx.domain.agent import Agent, FollowUp, Intent, ModelSettings, Speech
from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop
from morfx.domain.identifier import AgentId
from morfx.domain.session import Session
from morfx.domain.turn import Decision
from morfx.engine.answering import answers


def decide(agent: Agent, session: Session, comprehension: Comprehension, shop: Shop) -> Decision:
    intents = [reading.intent for reading in comprehension.intents]
    mode = "agenda" if "pedir_cita" in intents else session.mode
    answer = answers(intents, agent=agent, session=session, shop=shop)
    return Decision(mode=mode, branch="+".join(intents), drafts=answer.drafts)


CLINIC = AgentId("clinic-appointments")
APPOINTMENTS = Agent(
    id=CLINIC,
    name="Clínica",
    description="Da citas de valoración.",
    intent_detector=ModelSettings(system_prompt="You read messages to a clinic.", max_tokens=500),
    orchestrator=ModelSettings(system_prompt="You answer for a clinic.", max_tokens=500),
    states=("inicio", "agenda"),
    initial_state="inicio",
    transitions={"inicio": frozenset({"agenda"}), "agenda": frozenset()},
    intents={
        "horario": Intent(meaning="Asks when it is open.", label="Horario", answer="horario"),
        "pedir_cita": Intent(meaning="Wants an appointment.", label="Pedir cita", answer="cita"),
    },
    speech=Speech(clarification="aclaracion", unreadable="aclaracion"),
    timers={0: FollowUp(waits_in="agenda", says="recordar_cita")},
    decide=decide,
)
TEXTS = {
    "horario": "Atendemos de lunes a viernes de 7 a 5.",
    "cita": "¿Qué día te queda bien para tu valoración?",
    "aclaracion": "¿Quieres una cita o saber el horario?",
    "recordar_cita": "¿Te guardo un espacio esta semana?",
}
