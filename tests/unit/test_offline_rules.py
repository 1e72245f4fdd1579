from datetime import UTC, datetime

import pytest

from morfx.adapters.offline.rules import OfflineRules
from morfx.domain.message import UnreadMessage


def understood(*texts: str, type: str = "text") -> list[str]:
    unread = [
        UnreadMessage(seq=seq, type=type, text=text, received_at=datetime.now(UTC))
        for seq, text in enumerate(texts, 1)
    ]
    return [reading.intent for reading in OfflineRules().comprehend(unread).intents]


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("Hola, qué precio tiene?", ["hola", "precio"]),
        ("buenas tardes", ["hola"]),
        ("HOLAAA", ["hola"]),
        ("cuánto vale", ["precio"]),
        ("a cómo está?", ["precio"]),
        ("quiero comprar", ["captura_datos_si_compra"]),
        ("Buenos días, lo quiero", ["hola", "captura_datos_si_compra"]),
        ("no quiero comprar", []),
        ("¿hacen envíos a Pasto?", []),
        ("", []),
    ],
)
def test_greeting_price_and_wish_to_buy_are_understood(text: str, intents: list[str]) -> None:
    assert understood(text) == intents


def test_messages_are_understood_together() -> None:
    assert understood("hola", "cuánto", "vale?") == ["hola", "precio"]


def test_a_mere_reaction_needs_no_answer() -> None:
    unread = UnreadMessage(seq=1, type="reaction", text="👍", received_at=datetime.now(UTC))

    assert OfflineRules().comprehend([unread]).silence_reason == "reaction"
