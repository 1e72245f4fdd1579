"""Whatever is read from the street can be written down again."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.adapters.whatsapp.payload import MAX_DEPTH, NotJson, read

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(value=json_values)
def test_json_comes_out_as_it_went_in(value: object) -> None:
    assert read(json.dumps(value).encode()) == value


@given(body=st.binary())
def test_any_other_bytes_are_refused_and_nothing_worse(body: bytes) -> None:
    with suppress(NotJson):
        assert json.dumps(read(body), allow_nan=False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"hello",
        b'{"a": NaN}',
        b"[-Infinity]",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"[" * 500_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read(body)


def test_the_deepest_document_allowed_is_read() -> None:
    assert read(b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH)


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 5000])
def test_a_number_too_large_for_python_keeps_its_digits(number: bytes) -> None:
    assert read(b"[" + number + b"]") == [number.decode()]


def test_the_last_of_two_equal_keys_counts() -> None:
    assert read(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize("text", ["\x00", "\ud800", "‫שלום‬", "👩‍👩‍👧", "ñ" * 64_000])
def test_any_text_survives_being_escaped_and_read(text: str) -> None:
    assert read(json.dumps(text).encode("ascii")) == text
