"""Instants as a scenario writes them, in Bogotá: "+10m", "21:00", "sábado 21:00", ISO."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from morfx.domain.quiet_hours import BOGOTA

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")

_LATER = re.compile(r"\+((?:\d+(?:\.\d+)?[smhd])+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TIME = re.compile(r"(?:(\w+) )?(\d{1,2}):(\d\d)(?::(\d\d))?")


def instant(text: str, *, after: datetime) -> datetime:
    """The instant it names, in UTC; a time or a weekday is the next one not before ``after``.

    Raises ValueError for anything else.
    """
    later = _LATER.fullmatch(text)
    if later:
        return after + duration(text)
    named = _TIME.fullmatch(text)
    if named:
        time = [int(part or 0) for part in named.groups()[1:]]
        return _next(named[1], time, after.astimezone(BOGOTA))
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=BOGOTA)).astimezone(UTC)


def duration(text: str) -> timedelta:
    """ "+1h30m" and the like; raise ValueError for anything else."""
    later = _LATER.fullmatch(text)
    if not later:
        raise ValueError(f"not a duration like +90s, +0.5s, +10m or +1d2h: {text!r}")
    return timedelta(
        seconds=sum(float(amount) * _SECONDS[unit] for amount, unit in _PART.findall(later[1]))
    )


def _next(weekday: str | None, time: Sequence[int], local: datetime) -> datetime:
    hour, minute, second = time
    found = local.replace(hour=hour, minute=minute, second=second, microsecond=0)
    if weekday is not None:
        if weekday not in WEEKDAYS:
            raise ValueError(f"not a weekday: {weekday!r}")
        found += timedelta(days=(WEEKDAYS.index(weekday) - local.weekday()) % 7)
    if found < local:
        found += timedelta(days=1 if weekday is None else 7)
    return found.astimezone(UTC)
