"""What a provider's refusal means for what is sent next."""

from dataclasses import dataclass
from typing import Literal

#: ``down``: nothing was taken, try again. ``slow_down``: the number sends too fast; ``pair_rate``:
#: to this recipient. ``pause_number``: nothing of this number will be taken for a while.
#: ``window_closed``: only approved templates reach this customer. ``uncertain``: the code does not
#: say whether it was sent. ``reject``: this message will never be taken.
Family = Literal[
    "down", "slow_down", "pair_rate", "pause_number", "window_closed", "uncertain", "reject"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderFailure:
    family: Family
    #: The provider's own name for it.
    title: str
    #: Until asking again makes sense.
    seconds: int = 0
