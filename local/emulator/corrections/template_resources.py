"""Resources of a template that CloudFormation accepts and MiniStack does not."""

import json
from collections.abc import Callable
from typing import Any

import yaml

from local.emulator.ministack import provisioners


def apply() -> None:
    provisioners._cw_metric_alarm_record = _accepting_expressions(
        provisioners._cw_metric_alarm_record
    )
    provisioners._sfn_definition = _accepting_yaml(provisioners._sfn_definition)


def _accepting_expressions(record: Callable[..., Any]) -> Callable[..., Any]:
    """An alarm on an expression becomes one on the first metric it reads: it wakes nobody here."""

    def alarm_record(name: str, properties: dict[str, Any]) -> Any:
        if "Metrics" not in properties:
            return record(name, properties)
        first = next(one["MetricStat"] for one in properties["Metrics"] if "MetricStat" in one)
        others = {key: value for key, value in properties.items() if key != "Metrics"}
        simple = {**first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}
        return record(name, others | simple)

    return alarm_record


def _accepting_yaml(definition: Callable[..., Any]) -> Callable[..., Any]:
    """A state machine may be written in YAML; JSON is YAML too."""

    def state_machine_definition(properties: dict[str, Any]) -> str:
        return json.dumps(yaml.safe_load(definition(properties)))

    return state_machine_definition
