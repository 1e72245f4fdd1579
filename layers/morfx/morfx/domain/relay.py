"""What was promised and not kept in time."""

from dataclasses import dataclass
from datetime import timedelta

from morfx.domain.delivery import PromisedTurn
from morfx.domain.timer import Timer
from morfx.domain.turn import CustomerWrote

#: A promise older than this has lost whoever was keeping it. Longer than a turn's lease, a send's
#: timeout and the bounded wait between two bubbles.
NEGLECTED_AFTER = timedelta(seconds=60)

#: A timer this far past due has lost its execution.
OVERDUE_AFTER = timedelta(seconds=30)

#: How often an unread message is relayed: a turn that fails so often needs a person.
MAX_RELAYS = 5

#: How often a timer's execution is started again before a person is told.
MAX_RESTARTS = 5

#: How many executions of a workspace are started again in one minute: after a restore a clock is
#: given back to thousands of timers without a storm.
RESTARTS_A_MINUTE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Neglected:
    unread: tuple[CustomerWrote, ...]
    promised: tuple[PromisedTurn, ...]
    overdue: tuple[Timer, ...]
    #: Bubbles whose sender died between taking and settling: nobody knows whether they left.
    uncertain: int
    #: Seconds for which the most patient customer has waited for any answer.
    longest_wait: int
