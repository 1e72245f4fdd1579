"""The floor plan agrees with the house: doors, what they read and may do, what is watched."""

import ast
import re
from dataclasses import MISSING, fields
from typing import Any

import pytest

from morfx import settings
from tests.statemachines.cloudformation import ROOT, TEMPLATE, of_type, values

FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
ALARMS = of_type("AWS::CloudWatch::Alarm")
EXISTS_ONLY_WITH_OUR_DATABASE = ("AWS::EC2::", "AWS::RDS::", "Custom::")

each_function = pytest.mark.parametrize(
    ("name", "function"), FUNCTIONS.items(), ids=list(FUNCTIONS)
)


def door_of(function: dict[str, Any]) -> str:
    uri: str = function["CodeUri"]
    return uri.removeprefix("functions/")


def statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for group in values(function.get("Policies", []), "Statement") for one in group]


def test_every_door_is_deployed_and_every_function_has_its_door() -> None:
    doors = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    assert doors == {door_of(function) for function in FUNCTIONS.values()}


@each_function
def test_a_function_can_be_tried_with_an_event(name: str, function: dict[str, Any]) -> None:
    assert list((ROOT / "events" / door_of(function)).glob("*.json"))


@each_function
def test_a_function_is_given_what_its_door_reads_and_nothing_else(
    name: str, function: dict[str, Any]
) -> None:
    reads = fields(getattr(settings, f"{name.removesuffix('Function')}Settings"))
    given = set(function["Environment"]["Variables"])
    assert given <= {field.name.upper() for field in reads}
    assert given >= {field.name.upper() for field in reads if field.default is MISSING}


@each_function
def test_who_reads_the_database_is_in_its_network_and_nobody_else(
    name: str, function: dict[str, Any]
) -> None:
    given = set(function["Environment"]["Variables"])
    assert ("VpcConfig" in function) == any("DATABASE_URL" in variable for variable in given)


@each_function
def test_a_policy_names_its_actions_and_its_resources(name: str, function: dict[str, Any]) -> None:
    for statement in statements(function):
        assert "*" not in str(statement["Action"])
        assert statement["Resource"] != "*"
        named = statement["Resource"]
        for resource in named if isinstance(named, list) else [named]:
            assert "*" not in str(resource).rstrip("*'}"), "only the end may be open"


@each_function
def test_a_message_is_hidden_for_longer_than_it_is_worked_on(
    name: str, function: dict[str, Any]
) -> None:
    for event in function.get("Events", {}).values():
        if event["Type"] == "SQS":
            queue = QUEUES[event["Properties"]["Queue"]["Fn::GetAtt"][0]]
            assert queue["VisibilityTimeout"] > function["Timeout"]


def test_a_queue_keeps_order_is_encrypted_and_puts_aside_what_fails() -> None:
    read = {
        event["Properties"]["Queue"]["Fn::GetAtt"][0]
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert all(queue["FifoQueue"] and queue["SqsManagedSseEnabled"] for queue in QUEUES.values())
    assert all("RedrivePolicy" in QUEUES[name] for name in read)
    assert len(QUEUES) == 2 * len(read)


def test_only_what_cannot_run_on_one_machine_is_left_out_there() -> None:
    left_out = {
        name: resource["Type"]
        for name, resource in TEMPLATE["Resources"].items()
        if resource.get("Condition") == "CreateDatabase"
    }
    ours = {name for name, kind in left_out.items() if kind.startswith("AWS::IAM::")}
    assert ours == {"ConnectToDatabase"}
    assert all(
        kind.startswith(EXISTS_ONLY_WITH_OUR_DATABASE)
        for name, kind in left_out.items()
        if name not in ours
    )


def test_a_parameter_is_described_and_used() -> None:
    rest = {section: body for section, body in TEMPLATE.items() if section != "Parameters"}
    used = {*values(rest, "Ref"), *re.findall(r"\$\{(\w+)\}", str(values(rest, "Fn::Sub")))}
    assert all(parameter["Description"] for parameter in TEMPLATE["Parameters"].values())
    assert set(TEMPLATE["Parameters"]) <= used


def test_a_secret_parameter_is_not_echoed() -> None:
    secret = re.compile(r"Secret|Token|DatabaseUrl")
    assert all(
        parameter.get("NoEcho")
        for name, parameter in TEMPLATE["Parameters"].items()
        if secret.search(name)
    )


def test_an_alarm_tells_somebody_what_it_means() -> None:
    assert ALARMS
    assert all(alarm["AlarmActions"] and alarm["AlarmDescription"] for alarm in ALARMS.values())


def test_what_is_watched_is_emitted() -> None:
    watched = {
        metric["MetricName"]
        for alarm in ALARMS.values()
        for metric in [alarm, *values(alarm.get("Metrics", []), "Metric")]
        if metric.get("Namespace") == "MorfX"
    }
    assert watched
    assert {name for name in watched | shown() if not emitted().fullmatch(name)} == set()


def shown() -> set[str]:
    """Our metrics on the dashboard: the second word of a row, or a search's MetricName."""
    (dashboard,) = of_type("AWS::CloudWatch::Dashboard").values()
    body = dashboard["DashboardBody"]["Fn::Sub"][0]
    ours = re.findall(r'\["MorfX", "(\w+)"|\[".", "(\w+)", ".", "."', body)
    found = {first or later for first, later in ours} | set(re.findall(r"MetricName=(\w+)", body))
    return found - {"DatabaseConnections"}


def emitted() -> re.Pattern[str]:
    """Whatever the code could name a metric: its words, and its f-strings with the gaps open."""
    sources = [*(ROOT / "functions").glob("*/*.py"), *(ROOT / "layers/morfx").rglob("*.py")]
    names = {pattern for source in sources for pattern in strings(source.read_text("utf-8"))}
    return re.compile("|".join(sorted(names)))


def strings(source: str) -> set[str]:
    """Words in capital case, as patterns."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {node.value for node in nodes if isinstance(node, ast.Constant)}
    words = {word for word in plain if isinstance(word, str) and re.fullmatch(r"[A-Z]\w+", word)}
    woven = {woven_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    return words | {pattern for pattern in woven if re.match(r"[A-Z]\w{3}", pattern)}


def woven_pattern(node: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[A-Z]\w+"
        for part in node.values
    )
