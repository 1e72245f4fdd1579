"""A conversation of the sandbox, written down as a scenario: what a person tried once is a test."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from morfx.domain.timer import LEVELS
from morfx.domain.transcript import ProvenTurn, Transcript, TranscriptLine

#: Messages this close together, and no answer between them, were written without waiting for one.
BURST = timedelta(seconds=5)
#: What a story waits beyond a timer's own time, for the clocks of the house.
MARGIN_SECONDS = 5
#: Characters of a text that are enough to know it by.
KNOWN_BY = 60

#: What became of a message that the customer got.
ARRIVED = frozenset({"sent", "delivered", "read"})
#: Ends that time or a person brings about, and no message of the story.
NOT_TOLD = frozenset({"idle", "manual"})

#: What YAML does not take as it is and JSON leaves alone.
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def recorded(shown: Transcript, *, title: str) -> str:
    """The file's text. What a person did beside the chat is not in it, nor what differs between
    the shop and the one that stories are played in, but for its pace."""
    recording = _Recording(shown)
    pace = {"timer_preset": shown.pace.preset}
    own = {str(level): str(seconds) for level, seconds in shown.pace.own.items()}
    shop = {**pace, **({"timer_seconds": own} if own else {})}
    head = [f"title: {_flow(title)}", f"shops: {_flow({'somnio': shop})}", "steps:"]
    return "\n".join([*head, *(f"  - {step}" for step in recording.steps()), ""])


@dataclass
class _Recording:
    shown: Transcript
    heard_at: datetime | None = None
    said: list[str] = field(default_factory=list)
    #: The turn that spoke last because the customer was silent.
    nudge: object = None
    #: A turn has been since the customer last wrote.
    answered: bool = False

    def steps(self) -> Iterator[str]:
        for line in self.shown.lines:
            if line.direction == "inbound":
                yield from self._hear(line)
                continue
            self.answered = True
            if line.status in ARRIVED:
                yield from self._say(line)
        yield from self._expect_said()
        if self.shown.session:
            yield _flow({"expect": self._outcome()})

    def _hear(self, line: TranscriptLine) -> Iterator[str]:
        pause = line.at - self.heard_at if self.heard_at and not self.answered else None
        self.heard_at, self.nudge, self.answered = line.at, None, False
        step: dict[str, object] = {"customer": line.text}
        if pause is not None and pause < BURST:
            step = {"at": f"+{pause.total_seconds():.1f}s", **step}
        else:
            yield from self._expect_said()
        if line.type in ("image", "audio", "reaction"):
            step["sends"] = line.type
        yield _flow(step | self._understood(line))

    def _say(self, line: TranscriptLine) -> Iterator[str]:
        if line.purpose == "proactive" and line.turn_id != self.nudge:
            yield from self._expect_said()
            self.nudge = line.turn_id
            yield _flow({"clock": f"+{self._waited(line) + MARGIN_SECONDS}s"})
        self.said.append(line.text.strip().split("\n")[0][:KNOWN_BY])

    def _expect_said(self) -> Iterator[str]:
        said, self.said = self.said, []
        if said:
            yield _flow({"expect": {"in_order": said}})

    def _waited(self, line: TranscriptLine) -> int:
        """Seconds that the timer behind a nudge waits at most."""
        at = [turn.at for turn in self.shown.turns if turn.turn_id == line.turn_id]
        levels = [timer.level for timer in self.shown.timers if timer.fired_at in at]
        return max(self.shown.pace.seconds(level) for level in levels or LEVELS)

    def _understood(self, line: TranscriptLine) -> dict[str, object]:
        """What a model read; the offline reader reads the same again."""
        turn = next((turn for turn in self.shown.turns if turn.heard == (line.text,)), None)
        if turn is None or turn.comprehension is None or turn.comprehension.source == "offline":
            return {}
        return {"understood": self._reading(turn)}

    def _reading(self, turn: ProvenTurn) -> dict[str, object]:
        read = turn.comprehension
        if read is None:
            return {}
        data = self.shown.session.data if self.shown.session else {}
        told: dict[str, object] = {
            "class": read.message_class,
            "intents": {one.intent: f"{one.confidence:g}" for one in read.intents},
            "alternatives": {one.intent: f"{one.confidence:g}" for one in read.alternatives},
            "fields": {name: data[name] for name in read.fields if name in data},
            "pack": read.pack,
            "wants_human": "true" if read.wants_human else None,
            "confidence": f"{read.confidence:g}",
        }
        return {name: value for name, value in told.items() if value}

    def _outcome(self) -> dict[str, object]:
        """How the session stands at the end."""
        session, waiting = self.shown.session, self.shown.waiting
        if session is None:
            return {}
        orders = [
            f"{order.status} {order.lines[0].pack} {order.total.normalize():f}"
            for order in self.shown.orders
        ]
        outcome: dict[str, object] = {
            "mode": session.mode,
            "data": dict(session.data),
            "orders": orders or "nothing",
        }
        if session.pack:
            outcome["pack"] = session.pack
        if waiting is None or waiting.status == "armed":
            outcome["timers"] = [f"L{waiting.level}"] if waiting else "nothing"
        if session.end_reason not in NOT_TOLD:
            outcome["end"] = session.end_reason or "no"
        return outcome


def _flow(value: object) -> str:
    """JSON is YAML, but for a few characters."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
