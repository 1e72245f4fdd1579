"""Which of its texts an agent says this time: none of them twice in a session (decision 19)."""

from collections.abc import Iterable, Iterator, Mapping

from morfx.domain.conversation import Shop, Template
from morfx.domain.errors import AgentError
from morfx.domain.session import SessionState
from morfx.engine.composition import key_of

Texts = tuple[Template, ...]


def choose(intent: str, shop: Shop, state: SessionState, variables: Mapping[str, str]) -> Texts:
    """The first time its first-time texts, then its next-time texts, then one short text after the
    other; when all have been said, one that reads differently by now; when none does, nothing.

    ``variables``: their values. Raises AgentError where the shop has no text for the
    intent: silence is never an answer.
    """
    variants = tuple(_variants(intent, shop))
    if not variants:
        raise AgentError(f"the shop has no text for {intent}")
    said = _said(state)
    for texts in variants:
        if not any(str(text.id) in said for text in texts):
            return texts
    for texts in (*variants[1:], variants[0]):
        if not any(key_of(text, variables) in state.templates_enviados for text in texts):
            return texts
    return ()


def was_said(intent: str, shop: Shop, state: SessionState) -> bool:
    """Whether the provider took any of the intent's texts in this session."""
    said = _said(state)
    return any(str(text.id) in said for text in shop.templates if text.intent == intent)


def _said(state: SessionState) -> set[str]:
    """Ids of the templates that were said, whatever they read like."""
    return {key.partition("#")[0] for key in state.templates_enviados}


def _variants(intent: str, shop: Shop) -> Iterator[Texts]:
    texts = [template for template in shop.templates if template.intent == intent]
    yield from filter(None, (_of(texts, "primera_vez"), _of(texts, "siguientes")))
    for short in _of(texts, "breve"):
        yield (short,)


def _of(texts: Iterable[Template], visit: str) -> Texts:
    chosen = (text for text in texts if text.visit_type == visit)
    return tuple(sorted(chosen, key=lambda text: text.orden))
