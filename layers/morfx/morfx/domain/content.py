"""What a message is made of, by kind, as WhatsApp takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from morfx.domain.errors import UnresolvedVariable

#: WhatsApp's limits, in characters and pieces.
MAX_TEXT, MAX_CAPTION = 4096, 1024
MAX_BUTTONS, MAX_BUTTON_TITLE = 3, 20
MAX_ROWS, MAX_ROW_TITLE = 10, 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """A file that the provider fetches when the message is sent."""

    kind: Literal["image", "document"]
    #: Public, https.
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """A question with answers to tap: up to three are buttons, up to ten the rows of a list."""

    text: str
    titles: tuple[str, ...]
    #: What opens the list.
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    media: Media
    caption: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovedTemplate:
    """What Meta has approved to be said outside the 24-hour window."""

    name: str
    #: Meta's code, like ``es_CO``.
    language: str
    #: Names of what fills ``{{1}}``, ``{{2}}`` …, in order (``TEMPLATE_VARIABLES``).
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledTemplate:
    name: str
    language: str
    values: tuple[str, ...]


Content = Text | Choices | Attachment | FilledTemplate

#: What may fill a variable of an approved template: the contact's name, the bubble's own text.
TEMPLATE_VARIABLES = ("nombre", "texto")


def free_form(text: str, *, choices: tuple[str, ...], label: str, media: Media | None) -> Content:
    """What a bubble says within the window."""
    if media:
        return Attachment(media=media, caption=text)
    return Choices(text=text, titles=choices, label=label) if choices else Text(text=text)


def filled(template: ApprovedTemplate, values: Mapping[str, str]) -> FilledTemplate:
    """The template with its variables by position; raise UnresolvedVariable naming an empty one.

    Meta takes no line breaks and no runs of spaces in a value.
    """
    given = {name: " ".join(value.split()) for name, value in values.items()}
    for name in template.variables:
        if not given.get(name):
            raise UnresolvedVariable(name)
    return FilledTemplate(
        name=template.name,
        language=template.language,
        values=tuple(given[name] for name in template.variables),
    )
