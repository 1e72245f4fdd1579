"""One message through the house while its sender waits: stored, answered by a turn, said.

Nothing here is a way of its own. The message is taken in like any other and its wake stands in the
queue; this only runs the turn at once instead of waiting for that wake, and takes the steps of the
message-sequence at once instead of waiting between them. Whatever it leaves undone the queue and
housekeeping do, and whatever they were faster with it finds done.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from morfx.conversation.intake import receive
from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.errors import ConversationBusy, SessionError
from morfx.domain.exchange import Exchange
from morfx.domain.inbound import Accepted, Route
from morfx.domain.message import InboundMessage
from morfx.domain.timer import Timer
from morfx.domain.turn import CustomerWrote, TurnResult, Wake
from morfx.ports import Clock, Exchanges, Executions, Inbox, Queue

logger = logging.getLogger(__name__)

#: How long another turn, or a bubble that may not leave yet, is waited for. With the twenty seconds
#: a turn may take it ends before the API's thirty.
PATIENCE = timedelta(seconds=7)

#: Seconds between two looks.
PAUSE = 0.15


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialogue:
    exchanges: Exchanges
    inbox: Inbox
    queue: Queue
    #: As everywhere, but that it starts no message-sequence.
    run_turn: Callable[[Wake], TurnResult]
    send_next: Callable[[PromisedTurn], SendOutcome]
    executions: Executions
    clock: Clock

    def hold(self, item: Accepted, message: InboundMessage, *, route: Route) -> Exchange:
        """The message with its answer; the same message again finds the answer it had.

        Raises ConversationBusy where others keep the conversation for too long, and
        VersionConflictError: the wake in the queue will answer it then.
        """
        receive(item, message, route=route, inbox=self.inbox, turns=self.queue, clock=self.clock)
        until, name = self.clock.now() + PATIENCE, message.provider_message_id
        exchange, steps = self._found(name, route), 0
        while exchange.answer is None and exchange.is_open:
            if not exchange.answered:
                if steps and self.clock.now() >= until:
                    raise ConversationBusy(conversation_id=str(exchange.conversation_id))
                self._answer(exchange, route)
            elif not self._say(exchange, route, until):
                return self._found(name, route)
            exchange, steps = self._found(name, route), steps + 1
        return exchange

    def _found(self, name: str, route: Route) -> Exchange:
        exchange = self.exchanges.find(name, route=route)
        if exchange is None:
            raise SessionError("a message that was stored is gone", message_id=name)
        return exchange

    def _answer(self, exchange: Exchange, route: Route) -> None:
        """Run its turn; where another turn has the conversation, let it go on."""
        woken = CustomerWrote(
            workspace_id=route.workspace_id,
            conversation_id=exchange.conversation_id,
            inbound_seq=exchange.seq,
        )
        try:
            turn = self.run_turn(woken)
        except ConversationBusy:
            self.clock.sleep(PAUSE)
        else:
            logger.info("turn ended", extra={"outcome": turn.outcome, "reason": turn.reason})
            if turn.outcome == "superseded":
                self.clock.sleep(PAUSE)

    def _say(self, exchange: Exchange, route: Route, until: datetime) -> bool:
        """Say the next bubble; False where it may not leave for a while, and others will say it."""
        if exchange.turn_id is None:
            return False
        turn = PromisedTurn(
            workspace_id=route.workspace_id,
            conversation_id=exchange.conversation_id,
            turn_id=exchange.turn_id,
        )
        try:
            sent = self.send_next(turn)
        except ConversationBusy:
            sent = SendOutcome(outcome="waiting")
        if sent.outcome == "deferred":
            return False
        # Done, and yet not all is said: another sender has it in hand.
        if sent.outcome in ("waiting", "done"):
            if self.clock.now() >= until:
                self.executions.start_sequence(turn)
                return False
            self.clock.sleep(PAUSE)
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class WithoutSequences:
    """The state machines, for a turn whose bubbles are said by whoever runs it."""

    executions: Executions

    def start_sequence(self, turn: PromisedTurn, *, attempt: str = "") -> None:
        """Nothing starts."""

    def start_timer(self, timer: Timer, *, now: datetime) -> None:
        self.executions.start_timer(timer, now=now)

    def is_running(self, timer: Timer) -> bool:
        return self.executions.is_running(timer)

    def tell(self, timer: Timer, *, now: datetime) -> None:
        self.executions.tell(timer, now=now)
