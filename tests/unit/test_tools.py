"""A tool is declared once; what a model may use it for, the session says."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from morfx.adapters.claude.toolset import api_name, own_name
from morfx.domain.errors import ToolRetry, Unavailable
from morfx.domain.text import storable
from morfx.tools.action import Action, Arguments, NoArguments, Scope
from morfx.tools.catalogue import TOOLBOX
from morfx.tools.toolbox import BoundTools, Toolbox

#: Of no use to the actions of these tests.
NOTHING = cast(Scope, None)


class City(Arguments):
    city: str


class Order(Arguments):
    order_id: str


def noted(seen: list[str]) -> Callable[[Scope, City], object]:
    def note(_: Scope, given: City) -> object:
        seen.append(given.city)
        return len(seen)

    return note


def action(run: Callable[[Scope, Any], object], **more: Any) -> Action[Any]:
    facts = {"name": "a.b", "description": "d", "arguments": City, "timeout": 1.0, **more}
    return Action(run=run, **facts)


def tools(*actions: Action[Any]) -> BoundTools:
    return Toolbox(actions).bound([act.name for act in actions], NOTHING)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("shop.prices.read", "shop__prices__read"),
        ("shop.pack_prices.read_all", "shop__pack_prices__read_all"),
        ("a.b", "a__b"),
    ],
)
def test_a_name_is_the_apis_and_back(name: str, called: str) -> None:
    assert (api_name(name), own_name(called)) == (called, name)


def test_every_name_survives_the_api() -> None:
    assert [own_name(api_name(name)) for name in TOOLBOX.names] == list(TOOLBOX.names)
    assert len(TOOLBOX.names) == 3


@pytest.mark.parametrize(
    "name", ["a", "a..b", "a_.b", "a._b", "a__b.c", "A.b", "a.b.", "a b.c", ""]
)
def test_a_name_that_would_not_come_back_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="dotted words"):
        action(noted([]), name=name)


def test_what_the_session_binds_is_no_argument() -> None:
    with pytest.raises(ValueError, match="order_id is the session's"):
        action(noted([]), arguments=Order)


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Toolbox([action(noted([])), action(noted([]))])


def test_a_turn_has_only_the_tools_of_its_agent() -> None:
    other = action(noted([]), name="c.d")
    bound = Toolbox([action(noted([])), other]).bound(["a.b"], NOTHING)

    assert [offer.name for offer in bound.offers] == ["a.b"]
    assert bound.run("c.d", {"city": "Cali"}).error == "there is no tool c.d; there are: a.b"


@pytest.mark.parametrize("given", [None, [], "Cali", 7, {}, {"city": 1}, {"city": "x", "z": 1}])
def test_wrong_arguments_are_an_error_to_read_and_nothing_is_done(given: object) -> None:
    seen: list[str] = []
    assert tools(action(noted(seen))).run("a.b", given).error
    assert seen == []


def test_what_changes_something_does_so_once_in_a_turn_for_the_same_arguments() -> None:
    seen: list[str] = []
    bound = tools(action(noted(seen), changes=True))

    results = [bound.run("a.b", {"city": city}).data for city in ("Cali", "Cali", "Pasto", "Cali")]

    assert seen == ["Cali", "Pasto"]
    assert results == [1, 1, 2, 1]
    assert len(bound.called) == 4


def test_what_only_reads_is_read_again() -> None:
    seen: list[str] = []
    bound = tools(action(noted(seen)))
    assert [bound.run("a.b", {"city": "Cali"}).data for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("error", [ToolRetry("say it otherwise"), Unavailable("say it otherwise")])
def test_what_goes_wrong_in_a_tool_is_told_to_the_model(error: Exception) -> None:
    def fail(_: Scope, __: NoArguments) -> object:
        raise error

    result = tools(action(fail, arguments=NoArguments)).run("a.b", {})
    assert result.document == {"success": False, "error": "say it otherwise"}


def test_a_slow_tool_is_not_waited_for() -> None:
    def sleep(_: Scope, __: NoArguments) -> object:
        time.sleep(0.3)
        return None

    slow = replace(action(sleep, arguments=NoArguments), timeout=0.05)
    started = time.monotonic()
    assert tools(slow).run("a.b", {}).error == "a.b took longer than 0.05 seconds"
    assert time.monotonic() - started < 0.25


def test_very_long_arguments_are_cut_for_the_record() -> None:
    bound = tools(action(noted([])))
    bound.run("a.b", {"city": "x" * 9_000})
    [call] = bound.called
    assert str(call.input).endswith("… [cut]")


def test_arguments_are_kept_as_postgres_can_hold_them() -> None:
    bound = tools(action(noted([])))
    bound.run("a.b", {"a\x00": ["\ud800", float("inf"), {"b": None}, True, 1.5]})
    [call] = bound.called
    assert call.input == {"a\\u0000": ["\\ud800", "inf", {"b": None}, True, 1.5]}


def test_even_a_name_and_a_complaint_can_be_stored() -> None:
    bound = tools(action(noted([])))
    bound.run("a\x00", {})
    bound.run("a.b", {"city": "Cali", "\ud800": 1})

    kept = [text for call in bound.called for text in (call.name, call.result.error or "")]
    assert all(storable(text) == text for text in kept)


def test_arguments_without_end_are_kept_to_a_depth() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    bound = tools(action(noted([])))
    assert bound.run("a.b", {"city": deep}).error
    assert "…" in str(bound.called[0].input)
