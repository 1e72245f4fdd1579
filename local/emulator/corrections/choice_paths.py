"""Choice rules that compare with another part of the input (`TimestampLessThanPath` and its kin).

MiniStack knows only some of them; the others are silently false.
"""

from collections.abc import Callable
from typing import Any

from local.emulator.ministack import step_functions

_TYPES = ("String", "Numeric", "Timestamp", "Boolean")
_RELATIONS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
_OPERATORS = frozenset(f"{kind}{relation}Path" for kind in _TYPES for relation in _RELATIONS)


def apply() -> None:
    step_functions._evaluate_rule = _with_paths_looked_up(step_functions._evaluate_rule)


def _with_paths_looked_up(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    """`StringEqualsPath: $.a` becomes `StringEquals: <what $.a holds>`."""

    def evaluate_rule(rule: dict[str, Any], data: Any, context: Any = None) -> bool:
        constant = {
            operator.removesuffix("Path"): step_functions._resolve_path_or_ctx(path, data, context)
            for operator, path in rule.items()
            if operator in _OPERATORS
        }
        others = {name: value for name, value in rule.items() if name not in _OPERATORS}
        return bool(evaluate(others | constant, data, context))

    return evaluate_rule
