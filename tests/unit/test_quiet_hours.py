from datetime import UTC, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain import quiet_hours
from morfx.domain.quiet_hours import BOGOTA, is_quiet, next_contact_time


@given(st.integers(2023, 2060))
def test_our_holidays_are_colombias(year: int) -> None:
    assert quiet_hours.holidays(year) == set(holidays.country_holidays("CO", years=year))


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-11-20T06:59:59", True),  # Friday
        ("2026-11-20T07:00:00", False),
        ("2026-11-20T18:59:59", False),
        ("2026-11-20T19:00:00", True),
        ("2026-11-21T07:59:59", True),  # Saturday
        ("2026-11-21T08:00:00", False),
        ("2026-11-21T15:00:00", True),
        ("2026-11-22T12:00:00", True),  # Sunday
        ("2026-12-08T12:00:00", True),  # Immaculate Conception, a Tuesday
        ("2026-11-16T12:00:00", True),  # Independence of Cartagena, kept on Monday
    ],
)
def test_commercial_messages_keep_to_the_hours_of_ley_2300(local: str, quiet: bool) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=BOGOTA)

    assert is_quiet(now) is quiet
    assert is_quiet(now.astimezone(UTC)) is quiet


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(BOGOTA)))  # noqa: DTZ001
def test_the_next_contact_time_is_the_first_there_is(now: datetime) -> None:
    found = next_contact_time(now)
    assert not is_quiet(found)
    assert (found == now) == (not is_quiet(now))
    minutes = range(1, int((found - now).total_seconds() // 60), 7)
    assert all(is_quiet(found - timedelta(minutes=minute)) for minute in minutes)
