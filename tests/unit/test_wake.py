import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain import wake
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import ConversationId, TimerId, WorkspaceId
from morfx.domain.turn import CustomerWrote, TimerExpired

ids = st.uuids()
written = st.builds(
    CustomerWrote,
    workspace_id=ids.map(WorkspaceId),
    conversation_id=ids.map(ConversationId),
    inbound_seq=st.integers(1),
)
expired = st.builds(
    TimerExpired,
    workspace_id=ids.map(WorkspaceId),
    conversation_id=ids.map(ConversationId),
    timer_id=ids.map(TimerId),
    generation=st.integers(1),
)


@given(written | expired)
def test_a_wake_survives_the_queue(woken: CustomerWrote | TimerExpired) -> None:
    assert wake.read(wake.envelope(woken).body) == woken


@given(written | expired)
def test_the_conversation_is_the_group_of_customers_and_timers(
    woken: CustomerWrote | TimerExpired,
) -> None:
    assert wake.envelope(woken).group == str(woken.conversation_id)


@given(written | expired, st.text("abc0", min_size=1, max_size=9))
def test_only_a_new_attempt_lets_the_same_wake_through_again(
    woken: CustomerWrote | TimerExpired, attempt: str
) -> None:
    first = wake.envelope(woken).deduplication_id

    assert wake.envelope(woken).deduplication_id == first
    assert wake.envelope(woken, attempt=attempt).deduplication_id != first


@given(st.text() | st.builds(json.dumps, st.dictionaries(st.text(), st.integers())))
def test_what_is_no_wake_is_named_so(body: str) -> None:
    with pytest.raises(MalformedRequest):
        wake.read(body)


def test_an_unknown_kind_of_wake_is_refused() -> None:
    body = {"kind": "other", "workspace_id": str(UUID(int=1)), "conversation_id": str(UUID(int=2))}

    with pytest.raises(MalformedRequest, match="other"):
        wake.read(json.dumps(body))
