"""The shop's texts put together into bubbles."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

from morfx.domain.conversation import Pack, Shop, Template
from morfx.domain.errors import UnresolvedVariable
from morfx.domain.turn import Draft

#: Each bubble is billed (decision 20).
MAX_BUBBLES = 3

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_QUESTION = re.compile(r"\s*¿[^?]*\?")
#: Beginnings of the variables that tell what something costs.
_PRICES = ("precio", "ahorro", "total")


def compose(templates: tuple[Template, ...], variables: Mapping[str, str]) -> tuple[Draft, ...]:
    """Bubbles from templates, at most three, with one question, the last (decision 20): one without
    a delay goes on in the bubble before it, unless either is an image or a document.

    A text that names an unknown variable becomes a bubble that is kept and never sent.
    """
    drafts: list[Draft] = []
    for draft in _asking_once([_draft(template, variables) for template in templates]):
        if drafts and not draft.delay_seconds and _join(drafts[-1], draft):
            drafts[-1] = _joined(drafts[-1], draft)
        else:
            drafts.append(draft)
    return at_most(drafts, MAX_BUBBLES)


def spoken(shop: Shop) -> dict[str, tuple[str, ...]]:
    """Everything the shop has to say, by intent, prices filled in; always in the same order."""
    variables = prices(shop.packs)
    said: dict[str, tuple[str, ...]] = {}
    for template in sorted(shop.templates, key=lambda t: (t.intent, t.visit_type, t.orden)):
        draft = _draft(template, variables)
        if not draft.unresolved:
            said[template.intent] = (*said.get(template.intent, ()), draft.text)
    return said


def prices(packs: tuple[Pack, ...]) -> dict[str, str]:
    """Variables that every template may use: ``precio_1x`` …, ``precio``, that of one unit, and
    ``ahorro_2x`` …, what a pack saves against so many of one unit."""
    named = {f"precio_{pack.pack}": money(pack.price, pack.currency) for pack in packs}
    one = next((pack for pack in packs if pack.pack == "1x"), None)
    if one is None:
        return named
    saved = {pack: pack.units * one.price / one.units - pack.price for pack in packs}
    savings = {
        f"ahorro_{pack.pack}": money(amount, pack.currency)
        for pack, amount in saved.items()
        if amount > 0
    }
    return {**named, **savings, "precio": named["precio_1x"]}


def money(amount: Decimal, currency: str) -> str:
    """An amount as a Colombian reads it: ``$77.900``; another currency is named."""
    whole = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    colombian = whole.translate(str.maketrans(",.", ".,"))
    return f"${colombian}" if currency == "COP" else f"{currency} {colombian}"


def render(content: str, variables: Mapping[str, str]) -> str:
    """The text with its ``{{variables}}`` filled in; raise UnresolvedVariable naming an unknown."""

    def value(match: re.Match[str]) -> str:
        try:
            return variables[match[1]]
        except KeyError:
            raise UnresolvedVariable(match[1]) from None

    return _VARIABLE.sub(value, content)


def key_of(template: Template, variables: Mapping[str, str]) -> str:
    """What tells a text that was said from one that was not: its template, and where that has
    variables what it reads like with them."""
    if not _VARIABLE.search(template.content):
        return str(template.id)
    try:
        text = render(template.content, variables)
    except UnresolvedVariable:
        return str(template.id)
    return f"{template.id}#{sha256(text.encode()).hexdigest()[:8]}"


def _draft(template: Template, variables: Mapping[str, str]) -> Draft:
    ids = (key_of(template, variables),)
    try:
        text = render(template.content, variables)
    except UnresolvedVariable as error:
        return Draft(text=template.content, template_ids=ids, unresolved=str(error))
    named = _VARIABLE.findall(template.content)
    return Draft(
        text=text,
        template_ids=ids,
        delay_seconds=template.delay_seconds,
        media=template.media,
        quotes=any(name.startswith(_PRICES) for name in named),
    )


def _asking_once(drafts: list[Draft]) -> Iterator[Draft]:
    """With one question: the last, or the last that is all there is of the prices it tells."""
    asking = [draft for draft in drafts if _QUESTION.search(draft.text)]
    telling = [draft for draft in asking if draft.quotes and not _told(draft)]
    kept = (telling or asking)[-1:]
    for draft in drafts:
        if draft.unresolved or draft in kept or draft not in asking:
            yield draft
        elif (told := _told(draft)) or draft.media:
            yield replace(draft, text=told)


def _told(draft: Draft) -> str:
    """What is left of it without its questions."""
    return _QUESTION.sub("", draft.text).strip()


def _join(first: Draft, second: Draft) -> bool:
    """Whether the two may be one bubble."""
    return not any(draft.unresolved or draft.media for draft in (first, second))


def _joined(first: Draft, second: Draft) -> Draft:
    return Draft(
        text=f"{first.text}\n\n{second.text}",
        template_ids=first.template_ids + second.template_ids,
        delay_seconds=first.delay_seconds,
        quotes=first.quotes or second.quotes,
    )


def at_most(drafts: Iterable[Draft], limit: int) -> tuple[Draft, ...]:
    """So many bubbles: the last that can be are joined; what cannot be joined is left out."""
    drafts = list(drafts)
    while len(drafts) > limit:
        pairs = [place for place, pair in enumerate(pairwise(drafts)) if _join(*pair)]
        if not pairs:
            break
        place = pairs[-1]
        drafts[place : place + 2] = [_joined(*drafts[place : place + 2])]
    return tuple(drafts[:limit])
