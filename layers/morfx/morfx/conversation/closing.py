"""Sessions that ended while nobody looked."""

from morfx.ports import Clock, Upkeep


def close_stale_sessions(*, upkeep: Upkeep, clock: Clock) -> int:
    """Close, in every workspace, the sessions without activity for a day (decision 9).

    A returning customer's turn does the same for its own; this is for those who do not return.
    """
    now = clock.now()
    return sum(upkeep.close_stale(workspace_id, now=now) for workspace_id in upkeep.workspace_ids())
