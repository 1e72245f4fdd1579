"""An answer shown to whoever watches the conversation, while it is being written."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from morfx.domain.conversation import Reading
from morfx.domain.errors import Retryable
from morfx.ports import Clock, Drafts

logger = logging.getLogger(__name__)

#: As often as a draft is written down at most.
EVERY = timedelta(milliseconds=250)


@dataclass(kw_only=True)
class Drafting:
    """A Listener. What it is told is not checked yet and leaves for nobody but who watches."""

    drafts: Drafts
    reading: Reading
    clock: Clock
    _written_at: datetime | None = field(default=None, init=False)

    def __call__(self, text: str) -> None:
        now = self.clock.now()
        if self._written_at is not None and now - self._written_at < EVERY:
            return
        self._written_at = now
        try:
            self.drafts.write(self.reading, text)
        except Retryable:  # the answer is worth more than the sight of it
            logger.warning("draft not shown", exc_info=True)
