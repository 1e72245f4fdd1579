"""When Ley 2300 of 2023 forbids commercial messages to consumers in Colombia (decision 29)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BOGOTA = ZoneInfo("America/Bogota")

#: From-until by weekday (Monday 0): Monday-Friday 7-19, Saturday 8-15, never on Sunday.
CONTACT_HOURS = {weekday: (time(7), time(19)) for weekday in range(5)} | {5: (time(8), time(15))}

#: Days off as month and day, and those that move to the next Monday (Ley 51 of 1983).
_FIXED = ((1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25))
_TO_MONDAY = ((1, 6), (3, 19), (6, 29), (8, 15), (10, 12), (11, 1), (11, 11))

#: Our Lady of Chiquinquirá, kept since this year on the Monday after July 9.
_CHIQUINQUIRA, _CHIQUINQUIRA_SINCE = (7, 9), 2026

#: Days after Easter Sunday: Holy Thursday and Friday; Ascension, Corpus Christi and Sacred Heart
#: as the Mondays they are kept on.
_FROM_EASTER = (-3, -2, 43, 64, 71)


def is_quiet(now: datetime) -> bool:
    """Whether a commercial message may not be sent at this instant."""
    local = now.astimezone(BOGOTA)
    hours = CONTACT_HOURS.get(local.weekday())
    if hours is None or local.date() in holidays(local.year):
        return True
    return not hours[0] <= local.time() < hours[1]


def next_contact_time(now: datetime) -> datetime:
    """The first instant from now on at which a commercial message may be sent."""
    day = now.astimezone(BOGOTA).date()
    while (opening := _opening(day)) is None or (opening < now and is_quiet(now)):
        day += timedelta(1)
    return max(now, opening)


def _opening(day: date) -> datetime | None:
    """When the contact hours of a day begin; None on a day without."""
    hours = CONTACT_HOURS.get(day.weekday())
    if hours is None or day in holidays(day.year):
        return None
    return datetime.combine(day, hours[0], BOGOTA)


def holidays(year: int) -> frozenset[date]:
    """Colombia's public holidays of a year."""
    easter = _easter(year)
    fixed = {date(year, month, day) for month, day in _FIXED}
    to_monday = (*_TO_MONDAY, _CHIQUINQUIRA) if year >= _CHIQUINQUIRA_SINCE else _TO_MONDAY
    moved = {_next_monday(date(year, month, day)) for month, day in to_monday}
    return frozenset(fixed | moved | {easter + timedelta(days) for days in _FROM_EASTER})


def _next_monday(day: date) -> date:
    return day + timedelta(-day.weekday() % 7)


def _easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian algorithm."""
    golden = year % 19
    century, rest = divmod(year, 100)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
