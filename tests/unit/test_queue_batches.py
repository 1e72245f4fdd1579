"""What goes into one request to the queue."""

from hypothesis import given
from hypothesis import strategies as st

from morfx.adapters.sqs.queue import MAX_BYTES, MAX_ENTRIES, batches
from morfx.domain.envelope import Envelope

envelopes = st.lists(
    st.builds(
        lambda group, size, name: Envelope(
            body="x" * size, group=group, deduplication_id=str(name)
        ),
        st.sampled_from("abcdef"),
        st.sampled_from([1, 50, 400_000, 1_000_000]),
        st.integers(),
    ),
    max_size=40,
)


@given(waiting=envelopes)
def test_every_envelope_is_sent_once_and_a_group_keeps_its_order(waiting: list[Envelope]) -> None:
    sent = [envelope for batch in batches(waiting) for envelope in batch]
    assert len(sent) == len(waiting)
    for group in {envelope.group for envelope in waiting}:
        assert [e for e in sent if e.group == group] == [e for e in waiting if e.group == group]


@given(waiting=envelopes)
def test_no_request_is_larger_than_the_queue_takes(waiting: list[Envelope]) -> None:
    for batch in batches(waiting):
        assert 1 <= len(batch) <= MAX_ENTRIES
        assert sum(len(envelope.body) for envelope in batch) <= MAX_BYTES


@given(waiting=envelopes)
def test_two_of_a_group_never_share_a_request(waiting: list[Envelope]) -> None:
    for batch in batches(waiting):
        groups = [envelope.group for envelope in batch]
        assert len(groups) == len(set(groups))


def test_different_customers_share_a_request() -> None:
    waiting = [Envelope(body="{}", group=str(i), deduplication_id=str(i)) for i in range(25)]
    assert [len(batch) for batch in batches(waiting)] == [10, 10, 5]
