"""What a message means to somebody who has ordered: their order comes first."""

from morfx.agents.somnio.declaration import (
    BOUGHT,
    CHOICES,
    DELIVERED,
    GREETING,
    ON_ITS_WAY,
    PREPARED,
    SHOWS_PACKS,
    THREADS,
    TRACKED,
)
from morfx.domain.session import Session


def news(session: Session) -> str | None:
    """The text that tells where the customer's order is; None where none is under way.

    One that was delivered is news only in the session it was made in.
    """
    order = session.last_order
    if order is None or order.status == "cancelled" or order.meaning == "lost":
        return None
    if order.meaning == "won":
        return DELIVERED if session.mode == BOUGHT else None
    if order.meaning != "shipped":
        return PREPARED
    return TRACKED if order.carrier and order.tracking_number else ON_ITS_WAY


def gives_up_order(session: Session) -> bool:
    """Whether who is not interested speaks of the order they made before: an invitation, an offer
    or a summary that was declined is not that."""
    before = session.last_order
    if session.order or before is None or not before.may_change:
        return False
    return session.state.pending_question not in {
        *THREADS.values(),
        *CHOICES,
        SHOWS_PACKS,
        GREETING,
    }
