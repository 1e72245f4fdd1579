"""Bugs planted on purpose, each one small and in a real part: a walk must find every one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest import mock

from morfx.agents.somnio import policy, sale
from morfx.agents.somnio.declaration import BOUGHT, CONFIRMS, SUMMING_UP
from morfx.domain.completeness import missing
from morfx.domain.conversation import Shop
from morfx.domain.order import Order
from morfx.engine import answering, follow_up, variation
from morfx.engine.follow_up import level_of

Bug = Callable[[], AbstractContextManager[Any]]


def total_is_multiplied_by_the_units() -> AbstractContextManager[Any]:
    total = property(lambda order: order.pack.price * order.pack.units)
    return mock.patch.object(Order, "total", total)


def texts_ignore_what_was_said() -> AbstractContextManager[Any]:
    def choose(intent: str, shop: Shop, state: Any, variables: Any) -> Any:
        nothing_said = replace(state, templates_enviados=())
        return variation.choose(intent, shop, nothing_said, variables)

    return mock.patch.object(answering, "choose", choose)


def another_pack_is_confirmed_unread() -> AbstractContextManager[Any]:
    def next_step(agent: Any, session: Any, heard: Any, *, summed_up: bool) -> sale.Step:
        step = sale.next_step(agent, session, heard, summed_up=summed_up)
        if session.mode == step.mode == SUMMING_UP and heard.chosen:
            return replace(step, mode=BOUGHT, says=CONFIRMS, order="confirmed")
        return step

    return mock.patch.object(policy, "next_step", next_step)


def nobody_asks_for_the_address() -> AbstractContextManager[Any]:
    def careless(required: Any, known: Any) -> tuple[str, ...]:
        return tuple(name for name in missing(required, known) if name != "direccion")

    return mock.patch.object(sale, "missing", careless)


def a_timer_waits_after_the_order() -> AbstractContextManager[Any]:
    def never_ordered(session: Any, agent: Any, *, ordered: bool) -> int | None:
        return level_of(session, agent, ordered=False)

    return mock.patch.object(follow_up, "level_of", never_ordered)


def quotes_do_not_hold() -> AbstractContextManager[Any]:
    return mock.patch.object(Shop, "quoting", lambda shop, _prices: shop)
