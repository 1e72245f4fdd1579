"""How long a shop lets its customers be silent before its agent follows up."""

from typing import get_args

from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import WorkspaceId
from morfx.domain.timer import Pace, Preset
from morfx.ports import Clock, Paces

#: By name, as a request says it.
PRESETS: dict[str, Preset] = {name: name for name in get_args(Preset)}


def set_pace(preset: str, *, workspace_id: WorkspaceId, paces: Paces, clock: Clock) -> Pace:
    """Every timer of the shop that begins to wait from now on waits as the preset says, but on
    levels with seconds of their own. The last to say it wins.

    Raises MalformedRequest naming the field.
    """
    if preset not in PRESETS:
        raise MalformedRequest(f"timer_preset: one of {', '.join(PRESETS)}, not {preset!r}")
    return paces.set(PRESETS[preset], workspace_id=workspace_id, now=clock.now())
