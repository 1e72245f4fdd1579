"""What holds at the end of every walk, beside everything that chaos holds a story to: one function
each, and in its first line the sentence it stands for."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from morfx.agents.somnio import SOMNIO
from morfx.agents.somnio.declaration import (
    BOUGHT,
    CHOICES,
    DELIVERED,
    DELIVERY,
    GREETING,
    HESITATES,
    INFORMS,
    NOT_INTERESTED,
    OFFERS,
    ON_ITS_WAY,
    OPEN,
    PREPARED,
    SHOWS_PACKS,
    TRACKED,
)
from morfx.domain import customer_data
from morfx.domain.comprehension import DECLINED
from morfx.domain.shop import ShopPack
from morfx.engine.composition import MAX_BUBBLES, money
from tests.chaos.invariants import INVARIANTS as OF_EVERY_STORY
from tests.chaos.invariants import SPOKEN, Aftermath, Row
from tests.walk.customer import Says

_AMOUNT = re.compile(r"\$\d{1,3}(?:\.\d{3})+")
#: Asked for in these, nothing may be left unsaid.
WANTS_AN_ANSWER = INFORMS | {"ofrecer_promos", "captura_datos_si_compra", *CHOICES}
#: Left unsaid once it has been said.
SOCIAL = frozenset({GREETING, HESITATES})
#: What tells where an order is.
NEWS = frozenset({PREPARED, ON_ITS_WAY, TRACKED, DELIVERED})
#: What answers a question beside its own texts: any offer; news of the order.
ANSWERS = {
    **dict.fromkeys(OFFERS, OFFERS | CHOICES.keys()),
    DELIVERY: {DELIVERY, *NEWS},
}
#: In so many ways each question is answered.
WAYS = 3
#: Branches of who wants no more.
GONE = frozenset({NOT_INTERESTED, "opted_out"})
REQUIRED = SOMNIO.fields_of("required")


@dataclass(frozen=True, kw_only=True)
class Turn:
    proof: Row
    #: Those that left.
    bubbles: Sequence[Row]
    #: What it read, as the customer said it.
    heard: Sequence[Says]

    @property
    def is_whole(self) -> bool:
        """Whether it spoke, and nobody cut it short."""
        return bool(self.bubbles) and len(self.bubbles) == len(self.decided["said"])

    @property
    def session(self) -> str | None:
        found: str | None = self.proof["session_id"]
        return found

    @property
    def decided(self) -> Row:
        found: Row = self.proof["proof"]
        return found

    @property
    def understood(self) -> list[str]:
        read = self.decided.get("comprehension") or {"intents": []}
        return [reading["intent"] for reading in read["intents"]]

    @property
    def branch(self) -> Sequence[str]:
        return str(self.decided.get("branch", "")).split("+")

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.proof["created_at"])


@dataclass(frozen=True, kw_only=True)
class Ending(Aftermath):
    #: In the order said.
    said: Sequence[Says]
    #: Template id → intent.
    intents: Mapping[str, str]
    packs: Mapping[str, ShopPack]
    #: Every amount that a pack costs, or will → the pack.
    amounts: Mapping[str, str]

    @cached_property
    def turns(self) -> list[Turn]:
        return [self._turn(proof) for proof in self.rows["proofs"]]

    @property
    def sessions(self) -> Mapping[str, list[Turn]]:
        """The turns of each session, in order."""
        found: dict[str, list[Turn]] = {row["id"]: [] for row in self.rows["sessions"]}
        for turn in self.turns:
            if turn.session:
                found[turn.session].append(turn)
        return found

    def order(self, session: str) -> Row | None:
        found = [row for row in self.rows["orders"] if row["session_id"] == session]
        return found[0] if found else None

    def prices_told(self, turns: Sequence[Turn]) -> Mapping[str, Sequence[str]]:
        """By pack, the amounts that the customer read, in order; what an order made before costs is
        no offer."""
        told: dict[str, list[str]] = {}
        bubbles = (bubble for turn in turns for bubble in turn.bubbles)
        for bubble in (bubble for bubble in bubbles if not NEWS & self.names(bubble)):
            for amount in _AMOUNT.findall(bubble["text"]):
                if amount in self.amounts:
                    told.setdefault(self.amounts[amount], []).append(amount)
        return told

    def names(self, bubble: Row) -> set[str]:
        """The intents and policy texts that a bubble's words come from."""
        keys = [str(key).partition("#")[0] for key in bubble["template_ids"] or ()]
        return {self.intents[key] for key in keys}

    def _turn(self, proof: Row) -> Turn:
        first, last = proof["read_from_seq"], proof["read_to_seq"]
        return Turn(
            proof=proof,
            bubbles=[
                row
                for row in self.outbound
                if row["turn_id"] == proof["turn_id"] and row["status"] in SPOKEN
            ],
            heard=self.said[first - 1 : last] if first is not None else (),
        )


def a_silence_has_a_reason_that_fits(end: Ending) -> Iterator[str]:
    """Only thanks are acknowledged silently, only data is collected silently, and all there is to
    say has only been said of greetings, of hesitation, and after the purchase."""
    for turn in end.turns:
        reason, wanted = turn.proof["silence_reason"], set(turn.understood)
        heard = " / ".join(said.text for said in turn.heard)
        if reason == "acknowledgement" and _asks(turn):
            yield f"{heard!r} was taken for thanks"
        if reason == "collecting_data" and (wanted & WANTS_AN_ANSWER or not _gives(turn)):
            yield f"{heard!r} was collected silently"
        if reason == "nothing_new_to_say" and turn.heard:
            after = turn.decided["mode"] == BOUGHT and OPEN not in wanted
            if not (wanted <= SOCIAL or after or NOT_INTERESTED in wanted):
                yield f"{heard!r} was not answered again"


def what_is_asked_is_answered(end: Ending) -> Iterator[str]:
    """A turn that is heard to its end says what each question of it wants to know, unless that has
    been said in every way there is."""
    for turns in end.sessions.values():
        told: Counter[str] = Counter()
        for turn in turns:
            names = {name for bubble in turn.bubbles for name in end.names(bubble)}
            told.update(names)
            asked = (INFORMS | {SHOWS_PACKS}) & set(turn.understood)
            unclear = {SOMNIO.speech.repeated, SOMNIO.speech.clarification}
            if not turn.is_whole or names & unclear or GONE & set(turn.branch):
                continue
            for intent in asked:
                answered = names & ANSWERS.get(intent, {intent}) or turn.proof["handoff_reason"]
                if not answered and told[intent] < WAYS:
                    yield f"{intent} was asked, told {sorted(names)}"


def _asks(turn: Turn) -> bool:
    """After the purchase, "go ahead" is thanks."""
    wanted = INFORMS if turn.decided["mode"] == BOUGHT else WANTS_AN_ANSWER
    return any(wanted & set(said.means) for said in turn.heard)


def _gives(turn: Turn) -> bool:
    return bool((turn.decided.get("comprehension") or {}).get("fields"))


def no_bubble_is_repeated_in_a_session(end: Ending) -> Iterator[str]:
    """A customer never reads the same words twice, be it an answer or a reminder."""
    for turns in end.sessions.values():
        texts = Counter(bubble["text"] for turn in turns for bubble in turn.bubbles)
        yield from (f"{text!r} was said {n} times" for text, n in texts.items() if n > 1)


def a_turn_has_at_most_three_bubbles(end: Ending) -> Iterator[str]:
    """Each is billed."""
    for turn in end.turns:
        if len(turn.bubbles) > MAX_BUBBLES:
            yield f"{len(turn.bubbles)} bubbles: {[bubble['text'] for bubble in turn.bubbles]}"


def a_turn_asks_at_most_one_question(end: Ending) -> Iterator[str]:
    """And none where a person takes over, or where it bids goodbye."""
    for turn in end.turns:
        asked = sum(bubble["text"].count("¿") for bubble in turn.bubbles)
        if asked > (0 if turn.proof["handoff_reason"] or GONE & set(turn.branch) else 1):
            yield f"{asked} questions: {[bubble['text'] for bubble in turn.bubbles]}"


def every_variable_has_its_value(end: Ending) -> Iterator[str]:
    """No bubble is refused for want of one, and none shows its braces."""
    for row in end.outbound:
        if "unresolved" in (row["status_reason"] or "") or "{{" in row["text"]:
            yield f"{row['text']!r}: {row['status_reason']}"


def an_order_has_the_required_data(end: Ending) -> Iterator[str]:
    """Whoever made it, and however it stands."""
    for row in end.rows["orders"]:
        lacking = [name for name in REQUIRED if not row[name]]
        if lacking:
            yield f"{row['status']} without {', '.join(lacking)}"


def a_session_has_at_most_one_order(end: Ending) -> Iterator[str]:
    """One order, and one line in it: the pack, not its units."""
    orders = Counter(row["session_id"] for row in end.rows["orders"])
    yield from (f"{n} orders" for n in orders.values() if n > 1)
    for row in end.rows["orders"]:
        lines = [(line["pack"], line["units"], line["price"]) for line in row["lines"] or ()]
        pack = end.packs.get(lines[0][0]) if lines else None
        if pack is None or lines != [(pack.pack, pack.units, row["total"])]:
            yield f"total {row['total']}, lines {lines}"


def an_order_costs_what_the_customer_was_told(end: Ending) -> Iterator[str]:
    """The last price of its pack that they read in the session, whatever the shop asks by now."""
    for session, turns in end.sessions.items():
        order, told = end.order(session), end.prices_told(turns)
        if order is None:
            continue
        [line] = order["lines"]
        total = money(Decimal(str(order["total"])), order["currency"])
        if told.get(line["pack"], [])[-1:] != [total]:
            yield f"{line['pack']} for {total}, told {told}"


def a_price_that_was_told_holds(end: Ending) -> Iterator[str]:
    """As long as the session, each pack has one price."""
    for turns in end.sessions.values():
        for pack, prices in end.prices_told(turns).items():
            if len(set(prices)) > 1:
                yield f"{pack} for {', then '.join(dict.fromkeys(prices))}"


def a_sale_goes_as_it_is_drawn(end: Ending) -> Iterator[str]:
    """Each step from mode to mode is one the agent declares."""
    for turns in end.sessions.values():
        mode = SOMNIO.initial_state
        for turn in turns:
            to: Any = turn.decided.get("mode", mode)
            if to != mode and to not in SOMNIO.transitions[mode]:
                yield f"{mode} → {to}"
            mode = to


def only_what_was_summed_up_is_confirmed(end: Ending) -> Iterator[str]:
    """The customer read the summary of that pack, or was told of the change after it."""
    for session, turns in end.sessions.items():
        order = end.order(session)
        if order is None or order["status"] != "confirmed":
            continue
        summed_up: list[str] = []
        for turn in turns:
            if turn.decided.get("mode") == BOUGHT:
                break
            names = {name for bubble in turn.bubbles for name in end.names(bubble)}
            summed_up += [CHOICES[name] for name in names if name in CHOICES]
        changed = any("pack_cambiado" in turn.branch for turn in turns)
        [line] = order["lines"]
        if not summed_up or (line["pack"] != summed_up[-1] and not changed):
            yield f"{line['pack']} confirmed, summed up {summed_up}"


def nothing_is_awaited_when_it_is_over(end: Ending) -> Iterator[str]:
    """No timer begins to wait, goes on or runs out after an order, a person or the end."""
    for session, turns in end.sessions.items():
        over = min((turn.at for turn in turns if _is_last_step(turn)), default=None)
        for timer in end.rows["timers"]:
            if timer["session_id"] != session or over is None:
                continue
            if timer["status"] in ("armed", "paused"):
                yield f"L{timer['level']} still {timer['status']}"
            for instant in ("armed_at", "fired_at"):
                if timer[instant] and datetime.fromisoformat(timer[instant]) > over:
                    yield f"L{timer['level']} {instant} {timer[instant]}, over at {over}"


def _is_last_step(turn: Turn) -> bool:
    ordered = turn.decided.get("mode") == BOUGHT or "order_created" in turn.branch
    return bool(ordered or turn.proof["handoff_reason"] or GONE & set(turn.branch))


def every_session_ends_for_its_reason(end: Ending) -> Iterator[str]:
    """Won with a confirmed order, lost by a refusal, a person's by handing over, else idle."""
    for row in end.rows["sessions"]:
        turns, order = end.sessions[row["id"]], end.order(row["id"])
        bought = order is not None and order["status"] == "confirmed"
        fits = {
            "won": bought,
            "idle": not bought,
            "lost": any(GONE & set(turn.branch) for turn in turns),
            "handoff": any(turn.proof["handoff_reason"] for turn in turns),
        }
        if not fits.get(row["end_reason"], False):
            yield f"ended {row['end_reason']}, order {order and order['status']}"


def an_order_goes_where_the_customer_last_said(end: Ending) -> Iterator[str]:
    """To the number and to the town they named last."""
    for session, turns in end.sessions.items():
        order = end.order(session)
        if order is None:
            continue
        said = [said for turn in turns if _heeds_data(turn) for said in turn.heard]
        for field in ("telefono", "ciudad"):
            given = [says.gives[field] for says in said if field in says.gives]
            if given and given[-1] != DECLINED and order[field] not in _written(given[-1]):
                yield f"{field} {order[field]!r}, said {given[-1]!r}"


def _heeds_data(turn: Turn) -> bool:
    """A number at which a person is to call is nobody's for the delivery, and who was asked what
    they meant may say it again."""
    asked_back = "clarify" in str(turn.decided.get("branch")) and not _gives(turn)
    read = turn.decided.get("comprehension")
    return bool(read) and not turn.proof["handoff_reason"] and not asked_back


def _written(said: str) -> set[str]:
    """In the ways an order may write it."""
    return {said, customer_data.city(said)}


Invariant = Callable[[Ending], Iterator[str]]

INVARIANTS: tuple[Invariant, ...] = (
    *OF_EVERY_STORY,
    a_silence_has_a_reason_that_fits,
    what_is_asked_is_answered,
    no_bubble_is_repeated_in_a_session,
    a_turn_has_at_most_three_bubbles,
    a_turn_asks_at_most_one_question,
    every_variable_has_its_value,
    an_order_has_the_required_data,
    a_session_has_at_most_one_order,
    an_order_costs_what_the_customer_was_told,
    a_price_that_was_told_holds,
    a_sale_goes_as_it_is_drawn,
    only_what_was_summed_up_is_confirmed,
    nothing_is_awaited_when_it_is_over,
    every_session_ends_for_its_reason,
    an_order_goes_where_the_customer_last_said,
)
