"""Why a turn said what it said: a row that a person can read."""

from dataclasses import asdict

from morfx.domain.orchestration import Orchestration
from morfx.domain.turn import Decision, TurnCommit
from morfx.engine.mind import Understanding


def proof_of(
    turn: TurnCommit, decision: Decision, understanding: Understanding | None
) -> dict[str, object]:
    """Everything the decision rests on, as JSON; ids and names, the words stay in their rows."""
    waits = turn.armed or turn.kept
    return {
        "comprehension": _comprehension(understanding),
        "branch": decision.branch,
        "orchestration": _orchestration(turn.orchestration),
        "mode": decision.mode,
        "said": [
            {"templates": list(bubble.template_ids), "refused": bubble.cancelled_because}
            for bubble in turn.bubbles
        ],
        "silence_reason": turn.silence_reason,
        "handoff_reason": turn.handoff_reason,
        "timer": {"level": waits.level, "due_at": waits.due_at.isoformat()} if waits else None,
    }


def _comprehension(understanding: Understanding | None) -> dict[str, object] | None:
    if understanding is None:
        return None
    read = understanding.comprehension
    return {
        "source": read.source,
        "class": read.message_class,
        "intents": [asdict(reading) for reading in read.intents],
        "alternatives": [asdict(reading) for reading in read.alternatives],
        "fields": sorted(read.fields),
        "pack": read.pack,
        "wants_human": read.wants_human,
        "confidence": read.confidence,
        "band": understanding.band,
        "without_model": understanding.without_model,
        "first_confidence": understanding.first_confidence,
        "calls": [f"{call.provider}:{call.model} {call.outcome}" for call in read.calls],
    }


def _orchestration(asked: Orchestration | None) -> dict[str, object] | None:
    if asked is None:
        return None
    return {
        "answered": bool(asked.text),
        "failure": asked.failure,
        "tools": [{"name": used.name, "error": used.result.error} for used in asked.tools_called],
        "calls": [f"{call.provider}:{call.model} {call.outcome}" for call in asked.calls],
    }
