"""The actions there are, and those that one turn may use."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import ValidationError

from morfx.domain.errors import MorfxError, ToolRetry
from morfx.domain.orchestration import ToolCall, ToolOffer, ToolResult
from morfx.domain.text import storable, storable_document
from morfx.tools.action import Action, Scope

#: Characters of what a model gave that are kept for the record.
KEPT = 2_000


class Toolbox:
    """Actions by name."""

    def __init__(self, actions: Iterable[Action[Any]] = ()) -> None:
        self._actions: dict[str, Action[Any]] = {}
        for action in actions:
            if action.name in self._actions:
                raise ValueError(f"{action.name} is declared twice")
            self._actions[action.name] = action

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._actions)

    def bound(self, names: Iterable[str], scope: Scope) -> "BoundTools":
        """Those of these names, for one turn."""
        return BoundTools([self._actions[name] for name in names], scope)


class BoundTools:
    """The Tools of one turn; it remembers what they were used for."""

    def __init__(self, actions: Iterable[Action[Any]], scope: Scope) -> None:
        self._actions = {action.name: action for action in actions}
        self._scope = scope
        self._called: list[ToolCall] = []
        self._done: dict[tuple[str, str], ToolResult] = {}

    @property
    def offers(self) -> tuple[ToolOffer, ...]:
        return tuple(action.offer for action in self._actions.values())

    @property
    def called(self) -> tuple[ToolCall, ...]:
        return tuple(self._called)

    def run(self, name: str, arguments: object) -> ToolResult:
        try:
            result = self._result(name, arguments)
        except MorfxError as error:
            result = ToolResult(error=storable(str(error)))
        named = storable(name[:KEPT])
        self._called.append(ToolCall(name=named, input=_kept(arguments), result=result))
        return result

    def _result(self, name: str, arguments: object) -> ToolResult:
        action = self._actions.get(name)
        if action is None:
            raise ToolRetry(f"there is no tool {name[:80]}; there are: {', '.join(self._actions)}")
        try:
            given = action.arguments.model_validate(arguments)
        except ValidationError as error:
            raise ToolRetry(_problems(error)) from error
        act = (name, given.model_dump_json())
        if not action.changes or act not in self._done:
            self._done[act] = ToolResult(data=_within(action, self._scope, given))
        return self._done[act]


def _within(action: Action[Any], scope: Scope, given: object) -> object:
    """What the action gives, if it does so in time."""
    worker = ThreadPoolExecutor(max_workers=1)
    try:
        return worker.submit(action.run, scope, given).result(timeout=action.timeout)
    except TimeoutError as error:
        raise ToolRetry(f"{action.name} took longer than {action.timeout:g} seconds") from error
    finally:
        worker.shutdown(wait=False)


def _problems(error: ValidationError) -> str:
    """Each wrong argument and why, without what was given."""
    wrong = [f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()]
    return "; ".join(wrong)


def _kept(arguments: object) -> object:
    """What was given, as Postgres can hold it; cut where it is very long."""
    given = storable_document(arguments)
    written = json.dumps(given, ensure_ascii=False)
    return given if len(written) <= KEPT else f"{written[:KEPT]}… [cut]"
