"""Ids, storable text, settings and timers: the smallest rules of the domain."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain.errors import MissingSetting
from morfx.domain.identifier import ConversationId, SessionId, TimerId, WorkspaceId, new_id
from morfx.domain.text import storable
from morfx.domain.timer import Timer, whole_seconds
from morfx.settings import IntakeSettings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def timer(**changes: int | datetime) -> Timer:
    armed = Timer(
        id=TimerId(uuid4()),
        workspace_id=WorkspaceId(uuid4()),
        conversation_id=ConversationId(uuid4()),
        session_id=SessionId(uuid4()),
        purpose="data-collection",
        level=0,
        generation=3,
        status="armed",
        end_reason=None,
        armed_at=NOW,
        due_at=NOW + timedelta(seconds=600),
    )
    return replace(armed, **changes)  # type: ignore[arg-type]


def test_ids_are_version_7_and_sort_by_time() -> None:
    first = new_id()
    time.sleep(0.002)
    second = new_id()

    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first < second


def test_nul_and_lone_surrogates_are_written_out() -> None:
    assert storable("a\x00b\ud83d مرحبا 😀") == "a\\u0000b\\ud83d مرحبا 😀"


@given(st.text())
def test_what_postgres_can_hold_stays_as_it_is(text: str) -> None:
    kept = storable(text)

    assert kept.encode() is not None
    assert (kept == text) is ("\x00" not in text)


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(MissingSetting, match="TURNS_QUEUE_URL"):
        IntakeSettings.from_environment({"DATABASE_URL": "postgresql://x", "OVERSIZE_BUCKET": "b"})


def test_a_wait_of_whole_seconds_ends_no_later_than_its_instant() -> None:
    due_at = NOW + timedelta(seconds=600)
    assert whole_seconds(due_at, NOW + timedelta(milliseconds=1)) == 599
    assert whole_seconds(due_at, NOW) == 600


def test_a_wait_is_at_least_the_second_that_step_functions_demands() -> None:
    assert whole_seconds(NOW, NOW + timedelta(hours=1)) == 1


def test_an_execution_names_session_generation_and_restart() -> None:
    armed = timer()

    assert armed.execution_name == f"data-collection-{armed.session_id}-g3"
    assert timer(restarts=2).execution_name.endswith("-g3-r2")
