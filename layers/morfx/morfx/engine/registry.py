"""The agents there are, each declared once and checked when it is declared."""

from collections.abc import Iterable

from morfx.domain.agent import Agent
from morfx.domain.errors import AgentError, AgentNotFoundError
from morfx.domain.identifier import AgentId
from morfx.domain.timer import LEVELS

#: WhatsApp's limit for the title of a reply button.
MAX_LABEL = 20


class Registry:
    """Raises AgentError naming agent and field where a declaration is not closed in itself."""

    def __init__(self, agents: Iterable[Agent] = (), *, tools: Iterable[str] = ()) -> None:
        self._tools = frozenset(tools)
        self._agents: dict[AgentId, Agent] = {}
        for agent in agents:
            self.register(agent)

    def register(self, agent: Agent) -> None:
        """Add the agent; a second one of the same id is refused, never put in its place."""
        if agent.id in self._agents:
            raise AgentError(f"{agent.id}: id is registered already")
        for field, problem in _problems(agent, self._tools):
            raise AgentError(f"{agent.id}: {field}: {problem}")
        self._agents[agent.id] = agent

    def get(self, agent_id: AgentId) -> Agent:
        """The agent, or AgentNotFoundError: there is no default agent."""
        try:
            return self._agents[agent_id]
        except KeyError:
            raise AgentNotFoundError(f"no agent {agent_id}", agent_id=agent_id) from None

    def has(self, agent_id: AgentId) -> bool:
        return agent_id in self._agents

    def list(self) -> tuple[Agent, ...]:
        return tuple(self._agents.values())

    def list_ids(self) -> tuple[AgentId, ...]:
        return tuple(self._agents)

    def unregister(self, agent_id: AgentId) -> None:
        """Forget the agent, or raise AgentNotFoundError."""
        self.get(agent_id)
        del self._agents[agent_id]

    def clear(self) -> None:
        self._agents.clear()

    @property
    def size(self) -> int:
        return len(self._agents)


def _problems(agent: Agent, tools: frozenset[str]) -> Iterable[tuple[str, str]]:
    """Each thing that is wrong, as a field and a sentence."""
    yield from _empty(agent)
    yield from _open_states(agent)
    yield from _bad_numbers(agent)
    yield from _bad_intents(agent)
    yield from _bad_timers(agent)
    for tool in set(agent.tools) - tools:
        yield "tools", f"there is no tool {tool}"


def _bad_intents(agent: Agent) -> Iterable[tuple[str, str]]:
    for name, intent in agent.intents.items():
        if not intent.answer:
            yield f"intents.{name}", "has no answer"
        if not 0 < len(intent.label) <= MAX_LABEL:
            yield f"intents.{name}", f"a label has 1 to {MAX_LABEL} characters"


def _bad_timers(agent: Agent) -> Iterable[tuple[str, str]]:
    for level, follow_up in agent.timers.items():
        if level not in LEVELS:
            yield f"timers.{level}", "is no level"
        if follow_up.waits_in not in agent.states:
            yield f"timers.{level}", f"{follow_up.waits_in} is no state"
        if not follow_up.says:
            yield f"timers.{level}", "has no action"


def _empty(agent: Agent) -> Iterable[tuple[str, str]]:
    required: dict[str, object] = {
        "id": agent.id,
        "name": agent.name,
        "description": agent.description,
        "states": agent.states,
        "intents": agent.intents,
        "intent_detector.system_prompt": agent.intent_detector.system_prompt,
        "orchestrator.system_prompt": agent.orchestrator.system_prompt,
        "speech.clarification": agent.speech.clarification,
        "speech.unreadable": agent.speech.unreadable,
    }
    return [(field, "is required") for field, value in required.items() if not value]


def _open_states(agent: Agent) -> Iterable[tuple[str, str]]:
    states = set(agent.states)
    if agent.initial_state not in states:
        yield "initial_state", f"{agent.initial_state} is no state"
    for state, targets in agent.transitions.items():
        for unknown in sorted(({state} | targets) - states):
            yield f"transitions.{state}", f"{unknown} is no state"
    for state in sorted(states - set(agent.transitions)):
        yield "transitions", f"{state} has none"


def _bad_numbers(agent: Agent) -> Iterable[tuple[str, str]]:
    bands = agent.thresholds
    if not 100 >= bands.proceed > bands.reanalyze > bands.clarify > bands.handoff >= 0:
        yield "thresholds", "must fall from proceed to handoff, within 0-100"
    if agent.token_budget <= 0:
        yield "token_budget", "must be positive"
    for component in ("intent_detector", "orchestrator"):
        if getattr(agent, component).max_tokens <= 0:
            yield f"{component}.max_tokens", "must be positive"
