"""What a shop may say beside text: images and documents, from its file to the customer's phone."""

from typing import Any

import pytest

from morfx.domain.errors import MalformedRequest
from tests.street import Street, event

LINK = "https://cdn.example/frasco.jpg"


def onboard(street: Street, **changes: object) -> None:
    """The shop's file again, with its first answer to the price changed."""
    file = event("onboard/somnio")
    [text] = [
        template
        for template in file["templates"]
        if (template["intent"], template["visit_type"], template["orden"])
        == ("precio", "primera_vez", 0)
    ]
    text |= changes
    file |= {
        "workspace_id": str(street.shop.workspace_id),
        "phone_number_id": street.shop.phone_number_id,
    }
    street.invoke("onboard", file)


@pytest.mark.parametrize(("content_type", "kind"), [("imagen", "image"), ("documento", "document")])
def test_a_file_leaves_with_its_caption_and_the_text_after_it_in_a_bubble_of_its_own(
    street: Street, content_type: str, kind: str
) -> None:
    onboard(street, content_type=content_type, link=LINK, content="Vale {{precio_1x}}.")
    street.converse("qué precio tiene?")
    file, text = street.graph.delivered
    assert (file["type"], file["link"], file["text"]) == (kind, LINK, "Vale $77.900.")
    assert (text["type"], text["text"]) == ("text", "¿Te lo enviamos?")
    assert [bubble["type"] for bubble in street.bubbles] == [kind, "text"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("link", {"content_type": "imagen"}),
        ("link", {"content_type": "imagen", "link": "http://cdn.example/frasco.jpg"}),
        ("link", {"link": LINK}),
        ("content", {"content_type": "imagen", "link": LINK, "content": "a" * 1025}),
        ("content", {"content": "a" * 4097}),
        ("content_type", {"content_type": "video", "link": LINK}),
    ],
)
def test_a_file_that_whatsapp_would_not_take_is_refused(
    street: Street, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(MalformedRequest, match=field):
        onboard(street, **changes)
