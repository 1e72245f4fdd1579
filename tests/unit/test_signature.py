"""Only bytes signed with the app's secret are Meta's."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.adapters.whatsapp.signature import is_signed

SECRET = "morfx-local-app-secret"


def header(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> str:
    return f"{algorithm}=" + hmac.new(secret.encode(), body, algorithm).hexdigest()


@given(body=st.binary())
def test_what_meta_signed_is_accepted(body: bytes) -> None:
    assert is_signed(body, header(body), SECRET)


@given(body=st.binary(), other=st.binary())
def test_a_signature_is_good_for_its_own_bytes_only(body: bytes, other: bytes) -> None:
    assert is_signed(other, header(body), SECRET) == (body == other)


@given(text=st.text())
def test_no_other_text_is_a_signature(text: str) -> None:
    assert is_signed(b"{}", text, SECRET) == (text == header(b"{}"))


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        header(b"{}")[:-1],
        header(b"{}") + " ",
        header(b"{}").removeprefix("sha256="),
        header(b"{}", algorithm="sha1"),
        header(b"{}", secret="another"),
        "sha256=\udcff",
    ],
    ids=["absent", "empty", "cut", "longer", "unprefixed", "sha1", "other secret", "not text"],
)
def test_a_missing_cut_or_foreign_signature_is_refused(signature: str | None) -> None:
    assert not is_signed(b"{}", signature, SECRET)


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_signed(b"{}", header(b"{}", secret=""), "")
