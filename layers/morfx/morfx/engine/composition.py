"""The shop's texts, chosen and put together into bubbles."""

import re
from collections.abc import Mapping
from decimal import Decimal

from morfx.domain.conversation import Pack, Shop, Template
from morfx.domain.errors import AgentError, UnresolvedVariable
from morfx.domain.session import SessionState
from morfx.domain.turn import Draft

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def compose(
    templates: tuple[Template, ...], shop: Shop, known: Mapping[str, str] | None = None
) -> tuple[Draft, ...]:
    """Bubbles from templates: one without a delay goes on in the bubble before it.

    ``known``: the variables of this conversation, beside the shop's prices. A text that names an
    unknown variable becomes a bubble that is kept and never sent.
    """
    variables = {**prices(shop.packs), **(known or {})}
    drafts: list[Draft] = []
    for template in templates:
        draft = _draft(template, variables)
        if (
            drafts
            and not template.delay_seconds
            and not draft.unresolved
            and not drafts[-1].unresolved
        ):
            drafts[-1] = _joined(drafts[-1], draft)
        else:
            drafts.append(draft)
    return tuple(drafts)


def texts_for(intent: str, shop: Shop, state: SessionState) -> tuple[Template, ...]:
    """The intent's first-time texts until one of them was sent, then its next-time texts.

    Raises AgentError where the shop has no text for the intent: silence is never an answer.
    """
    sets = {
        visit: tuple(
            template
            for template in shop.templates
            if (template.intent, template.visit_type) == (intent, visit)
        )
        for visit in ("primera_vez", "siguientes")
    }
    first, again = sets["primera_vez"], sets["siguientes"]
    said = any(str(template.id) in state.templates_enviados for template in first)
    chosen = (again if said else first) or first or again
    if not chosen:
        raise AgentError(f"the shop has no text for {intent}")
    return chosen


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
    """Variables that every template may use: ``precio_1x`` … and ``precio``, that of one unit."""
    named = {f"precio_{pack.pack}": money(pack.price, pack.currency) for pack in packs}
    return {**named, "precio": named["precio_1x"]} if "precio_1x" in named else named


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


def _draft(template: Template, variables: Mapping[str, str]) -> Draft:
    ids = (str(template.id),)
    try:
        text = render(template.content, variables)
    except UnresolvedVariable as error:
        return Draft(text=template.content, template_ids=ids, unresolved=str(error))
    return Draft(text=text, template_ids=ids, delay_seconds=template.delay_seconds)


def _joined(first: Draft, second: Draft) -> Draft:
    return Draft(
        text=f"{first.text}\n\n{second.text}",
        template_ids=first.template_ids + second.template_ids,
        delay_seconds=first.delay_seconds,
    )
