"""What agents understand and answer with: models where there are any, rules always."""

from functools import cache, partial
from typing import TYPE_CHECKING

from morfx.adapters.clock import SystemClock
from morfx.domain.identifier import AgentId

if TYPE_CHECKING:
    from morfx.adapters.claude.comprehender import ClaudeComprehender
    from morfx.adapters.claude.connection import Connection
    from morfx.adapters.claude.orchestrator import ClaudeOrchestrator
    from morfx.adapters.claude.summarizer import ClaudeSummarizer
    from morfx.domain.agent import Agent
    from morfx.engine.mind import MindOf
    from morfx.engine.registry import Registry
    from morfx.ports import Clock, Comprehender, Drafts
    from morfx.settings import TurnSettings


def agents() -> "Registry":
    """Every agent there is."""
    from morfx.agents.somnio import SOMNIO
    from morfx.engine.registry import Registry
    from morfx.tools.catalogue import TOOLBOX

    return Registry([SOMNIO], tools=TOOLBOX.names)


def minds(settings: "TurnSettings", drafts: "Drafts") -> "MindOf":
    """What each agent understands with; what it writes is shown in the drafts."""
    from morfx.adapters.offline.comprehender import OfflineComprehender
    from morfx.engine.mind import Mind

    offline = OfflineComprehender()
    if settings.model_provider == "offline":
        return lambda _agent: Mind(offline=offline)
    connection = _connection(settings)
    connection.preload()
    sure = float(settings.offline_sure_from) if settings.offline_sure_from else None
    return with_models(connection, offline, drafts, SystemClock(), sure=sure)


def _connection(settings: "TurnSettings") -> "Connection":
    from morfx.adapters.claude.connection import Connection
    from morfx.adapters.secrets.secrets_manager import SecretsManager

    secrets = SecretsManager()
    return Connection(
        "bedrock" if settings.model_provider == "bedrock" else "anthropic",
        api_key=lambda: secrets.get(settings.model_secret_arn)["anthropic_api_key"],
    )


def with_models(
    connection: "Connection",
    offline: "Comprehender",
    drafts: "Drafts",
    clock: "Clock",
    *,
    sure: float | None = None,
) -> "MindOf":
    """Each agent's readers are built when it is first asked for."""
    from morfx.engine.breaker import Breaker
    from morfx.engine.chain import ChainedComprehender
    from morfx.engine.mind import Mind
    from morfx.engine.open_question import OpenQuestions
    from morfx.engine.second_look import SecondLook
    from morfx.engine.summary import Summaries
    from morfx.tools.catalogue import TOOLBOX

    declared, breaker = agents(), Breaker(clock)

    @cache
    def mind_of(agent_id: AgentId) -> Mind:
        agent = declared.get(agent_id)
        reader = partial(_reader, agent, connection, clock)
        return Mind(
            offline=offline,
            models=ChainedComprehender(
                primary=reader("comprehension"),
                second=reader("second_model"),
                offline=offline,
                breaker=breaker,
                clock=clock,
                sure=sure,
            ),
            second_look=SecondLook(stronger=reader("second_look"), breaker=breaker, clock=clock),
            open_questions=OpenQuestions(
                orchestrator=_orchestrator(agent, connection, clock),
                toolbox=TOOLBOX,
                breaker=breaker,
                clock=clock,
                drafts=drafts,
            ),
            summaries=Summaries(
                summarizer=_summarizer(connection, clock), breaker=breaker, clock=clock
            ),
        )

    return lambda agent: mind_of(agent.id)


def _reader(
    agent: "Agent", connection: "Connection", clock: "Clock", component: str
) -> "ClaudeComprehender":
    from morfx.adapters.claude.comprehender import ClaudeComprehender
    from morfx.domain.customer_data import normalised
    from morfx.domain.language_model import default_model, language_model
    from morfx.domain.vocabulary import Vocabulary

    named = agent.intent_detector.model if component == "comprehension" else ""
    return ClaudeComprehender(
        language_model(named) if named else default_model(component),
        connection=connection,
        vocabulary=Vocabulary(
            instructions=agent.intent_detector.system_prompt,
            intents={name: intent.meaning for name, intent in agent.intents.items()},
            fields={name: field.meaning for name, field in agent.fields.items()},
            packs=agent.packs,
        ),
        normalise=normalised,
        clock=clock,
        component=component,
    )


def _orchestrator(agent: "Agent", connection: "Connection", clock: "Clock") -> "ClaudeOrchestrator":
    from morfx.adapters.claude.orchestrator import ClaudeOrchestrator
    from morfx.domain.language_model import default_model, language_model

    named = agent.orchestrator.model
    model = language_model(named) if named else default_model("orchestrator")
    return ClaudeOrchestrator(model, connection=connection, clock=clock)


def _summarizer(connection: "Connection", clock: "Clock") -> "ClaudeSummarizer":
    from morfx.adapters.claude.summarizer import ClaudeSummarizer
    from morfx.domain.language_model import default_model

    return ClaudeSummarizer(default_model("summary"), connection=connection, clock=clock)
