"""What the panels beside the chat say of a conversation: where the sale stands, how the last
message was understood, why the last turn did what it did, and what models cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from morfx.console_views import labels
from morfx.domain.agent import Agent
from morfx.domain.completeness import FIELDS, inferred, missing
from morfx.domain.comprehension import DECLINED, IntentReading
from morfx.domain.timer import Pace, Preset
from morfx.domain.transcript import ProvenReading, ProvenTurn, Transcript, TranscriptLine

#: Characters of a text that is only mentioned.
EXCERPT = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    words: str
    standing: Literal["done", "now", "ahead"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DataField:
    label: str
    standing: Literal["given", "known", "declined", "missing", "optional"]
    #: Empty where there is none.
    value: str = ""
    #: Of what is known although the customer did not say it.
    origin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    label: str
    value: Decimal
    most: Decimal
    words: str
    #: Of an intent: the band of its confidence.
    band: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One line of a proof."""

    what: str
    how: tuple[str, ...]
    tone: Literal["", "wrong"] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PresetChoice:
    name: Preset
    words: str
    #: How long the timer that waits would wait; where none does, the first.
    seconds: int
    is_chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Panels:
    """``agent``: None where the session's is no longer declared; its words are then shown as they
    are."""

    shown: Transcript
    agent: Agent | None

    # -- where the sale stands --------------------------------------------------------------------

    @property
    def steps(self) -> tuple[Step, ...]:
        """The agent's states, in order; a sale that has ended stands nowhere."""
        session = self.shown.session
        states = self.agent.states if self.agent else ()
        if session is None or session.mode not in states:
            return ()
        reached = states.index(session.mode)
        return tuple(
            Step(
                words=labels.label(state, labels.MODES),
                standing="now" if place == reached else "done" if place < reached else "ahead",
            )
            for place, state in enumerate(states)
        )

    @property
    def fields(self) -> tuple[DataField, ...]:
        """The customer's data, field by field, with what is missing and what follows from it."""
        declared = self.agent.fields if self.agent else {}
        given = self.shown.session.data if self.shown.session else {}
        phone = self.shown.contact_phone
        known = inferred({**({"telefono": phone} if phone else {}), **given})
        needed = missing(self.agent.fields_of("required"), known) if self.agent else ()
        return tuple(
            _field(self.data_label(name), name, given, known, needed)
            for name in (declared or FIELDS)
        )

    @property
    def presets(self) -> tuple[PresetChoice, ...]:
        pace, waiting = self.shown.pace, self.shown.waiting
        level = waiting.level if waiting else 0
        return tuple(
            PresetChoice(
                name=name,
                words=words,
                seconds=Pace(preset=name, own=pace.own).seconds(level),
                is_chosen=pace.preset == name,
            )
            for name, words in labels.PRESETS.items()
        )

    # -- how the last message was understood ------------------------------------------------------

    @property
    def understood(self) -> tuple[ProvenTurn, ProvenReading] | None:
        """The newest turn that read something."""
        read = ((turn, turn.comprehension) for turn in self.shown.turns)
        return next(((turn, reading) for turn, reading in read if reading), None)

    def bars(self, readings: tuple[IntentReading, ...]) -> tuple[Bar, ...]:
        return tuple(
            Bar(
                label=self.intent(reading.intent),
                value=Decimal(str(reading.confidence)),
                most=Decimal(100),
                words=labels.percent(reading.confidence),
                band=self.band(reading.confidence),
            )
            for reading in readings
        )

    def intent(self, name: str) -> str:
        """What the customer wants, as the agent's own buttons say it."""
        known = self.agent.intents.get(name) if self.agent else None
        return known.label if known else labels.label(name, labels.BRANCHES)

    def band(self, confidence: float) -> str:
        return self.agent.thresholds.band(confidence) if self.agent else ""

    def data_label(self, name: str) -> str:
        declared = self.agent.fields.get(name) if self.agent else None
        return declared.label if declared else name

    # -- why the last turn did what it did --------------------------------------------------------

    @property
    def proof(self) -> tuple[Reason, ...]:
        """Empty until a turn has been."""
        return tuple(self._reasons(self.shown.turns[0])) if self.shown.turns else ()

    def _reasons(self, turn: ProvenTurn) -> Iterator[Reason]:
        heard = tuple(f"«{excerpt(text)}»" for text in turn.heard)
        yield Reason(what="Leyó", how=heard or ("Nada: venció un temporizador",))
        if turn.comprehension:
            yield from self._understanding(turn.comprehension)
        if turn.orchestration:
            yield Reason(what="Consultó a un modelo", how=tuple(labels.search(turn.orchestration)))
        if turn.branch:
            mode = labels.label(turn.mode or "", labels.MODES)
            yield Reason(what="Decidió", how=(self.branch(turn.branch), f"Paso: {mode}"))
        said = [line for line in self.shown.lines if line.turn_id == turn.turn_id]
        for line in said:
            wrong = line.status in ("failed", "cancelled", "uncertain")
            yield Reason(what="Mensaje", how=_fate(line), tone="wrong" if wrong else "")
        if turn.silence_reason:
            yield Reason(what="No respondió porque", how=(labels.reason(turn.silence_reason),))
        if turn.handoff_reason:
            how = (labels.reason(turn.handoff_reason),)
            yield Reason(what="Pasó a una persona porque", how=how)
        if turn.timer:
            level = turn.timer.level
            until = labels.clock_time(turn.timer.due_at)
            yield Reason(what="Quedó esperando", how=(f"{labels.level(level)}, hasta las {until}",))

    def _understanding(self, read: ProvenReading) -> Iterator[Reason]:
        intents = [
            f"{self.intent(one.intent)} ({labels.percent(one.confidence)})" for one in read.intents
        ]
        data = ", ".join(self.data_label(name) for name in read.fields)
        found = [labels.label(read.message_class, labels.CLASSES), *intents]
        found += [f"Datos: {data}"] if data else []
        found += [f"Pack: {read.pack}"] if read.pack else []
        found += ["Pide hablar con una persona"] if read.wants_human else []
        yield Reason(what="Entendió", how=tuple(found))
        sure = labels.label(read.band, labels.BANDS)
        checked = [f"{labels.percent(read.confidence)}: {sure}"]
        if read.first_confidence is not None:
            checked.append(
                f"Segunda lectura; la primera dio {labels.percent(read.first_confidence)}"
            )
        if read.without_model:
            checked.append(f"Sin modelo: {labels.reason(read.without_model)}")
        yield Reason(what="Midió su certeza", how=tuple(checked))

    def branch(self, branch: str) -> str:
        """What the policy did, in the words of the intents it answered."""
        return " + ".join(self.intent(part) for part in branch.split("+"))

    # -- what models cost -------------------------------------------------------------------------

    @property
    def budgets(self) -> tuple[Bar, ...]:
        spent, session = self.shown.spending, self.shown.session
        limit = self.agent.token_budget if self.agent else None
        bars: list[Bar] = []
        if session and limit:
            words = f"{labels.number(session.tokens_used)} de {labels.number(limit)} tokens"
            used = Decimal(session.tokens_used)
            bars.append(Bar(label="Sesión", value=used, most=Decimal(limit), words=words))
        for label, cost, cap in (
            ("Cliente, hoy", spent.contact_today, spent.contact_daily_cap),
            ("Tienda, este mes", spent.workspace_this_month, spent.workspace_monthly_cap),
        ):
            words = f"{labels.dollars(cost)} de {labels.dollars(cap)}"
            bars.append(Bar(label=label, value=cost, most=cap, words=words))
        return tuple(bars)

    @property
    def totals(self) -> Mapping[str, object]:
        """Of the session and of its last turn."""
        used = self.shown.model_use
        return {
            "tokens": sum(
                one.input_tokens + one.cache_read_tokens + one.output_tokens for one in used
            ),
            "cost": sum((one.cost for one in used), Decimal(0)),
            "turn_tokens": sum(one.turn_tokens for one in used),
            "turn_cost": sum((one.turn_cost for one in used), Decimal(0)),
        }


def _field(
    label: str, name: str, given: Mapping[str, str], known: Mapping[str, str], needed: Sequence[str]
) -> DataField:
    value = known.get(name, "")
    if value == DECLINED:
        return DataField(label=label, standing="declined")
    if not value:
        return DataField(label=label, standing="missing" if name in needed else "optional")
    shown = labels.phone(value) if name == "telefono" else value
    if given.get(name):
        return DataField(label=label, value=shown, standing="given")
    return DataField(
        label=label, value=shown, standing="known", origin=labels.ORIGINS.get(name, "")
    )


def excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def _fate(line: TranscriptLine) -> tuple[str, ...]:
    _, word = labels.DELIVERY.get(line.status, ("", line.status))
    trouble = labels.trouble(line)
    return (f"«{excerpt(line.text)}»", f"{word}: {trouble}" if trouble else word)
