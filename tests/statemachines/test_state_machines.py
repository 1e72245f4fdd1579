"""What CloudFormation would only tell after deploying, and an operator at night."""

import re
from typing import Any

import pytest

from morfx.domain import errors
from tests.statemachines.cloudformation import MACHINES, ROOT, of_type, values

State = dict[str, Any]
STATES = {
    f"{file}: {name}": (name, state, machine)
    for file, machine in MACHINES.items()
    for name, state in machine["States"].items()
}
TASKS = {key: state for key, (_, state, _) in STATES.items() if state["Type"] == "Task"}
TOKEN_WAITS = {
    key: task for key, task in TASKS.items() if task["Resource"].endswith(".waitForTaskToken")
}
PLATFORM_ERRORS = ("States.", "Lambda.", "Sandbox.")

each_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
each_state = pytest.mark.parametrize(("name", "state", "machine"), STATES.values(), ids=STATES)
each_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
each_token_wait = pytest.mark.parametrize("wait", TOKEN_WAITS.values(), ids=TOKEN_WAITS)


def leads_to(state: State) -> set[str]:
    return {*values(state, "Next"), *values(state, "Default")}


def reachable(machine: State, start: str) -> set[str]:
    seen: set[str] = set()
    ahead = {start}
    while ahead:
        name = ahead.pop()
        seen.add(name)
        ahead |= leads_to(machine["States"][name]) - seen
    return seen


def is_end(state: State) -> bool:
    return state["Type"] in {"Succeed", "Fail"} or state.get("End") is True


@each_machine
def test_every_transition_leads_to_a_state(machine: State) -> None:
    named = {machine["StartAt"]}.union(*map(leads_to, machine["States"].values()))
    assert named <= set(machine["States"])


@each_machine
def test_every_state_is_reached(machine: State) -> None:
    assert reachable(machine, machine["StartAt"]) == set(machine["States"])


@each_state
def test_every_state_can_come_to_an_end(name: str, state: State, machine: State) -> None:
    assert any(is_end(machine["States"][ahead]) for ahead in reachable(machine, name))


@each_state
def test_a_state_goes_on_or_ends(name: str, state: State, machine: State) -> None:
    goes_on = "Next" in state or state["Type"] == "Choice"
    assert goes_on != is_end(state)


@each_state
def test_a_choice_has_an_answer_for_everything(name: str, state: State, machine: State) -> None:
    assert state["Type"] != "Choice" or "Default" in state


@each_state
def test_a_state_tells_the_operator_what_it_is_for(name: str, state: State, machine: State) -> None:
    assert state["Comment"]


@each_state
def test_nothing_waits_for_ever(name: str, state: State, machine: State) -> None:
    limits = {
        "Task": {"TimeoutSeconds", "TimeoutSecondsPath"},
        "Wait": {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    }
    assert state["Type"] not in limits or limits[state["Type"]] & state.keys()
    assert machine["TimeoutSeconds"] > 0


@each_task
def test_every_task_is_tried_again_at_a_bounded_pace(task: State) -> None:
    assert task["Retry"]
    assert all(retry["MaxDelaySeconds"] <= 60 for retry in task["Retry"])


@each_token_wait
def test_the_silence_of_a_customer_is_caught_and_never_waited_for_twice(wait: State) -> None:
    retried = {error for retry in wait["Retry"] for error in retry["ErrorEquals"]}
    caught = {error for catch in wait["Catch"] for error in catch["ErrorEquals"]}
    assert not retried & {"States.Timeout", "States.ALL", "States.TaskFailed"}
    assert "States.Timeout" in caught


@each_task
def test_an_error_is_named_as_its_class(task: State) -> None:
    named = {error for group in values(task, "ErrorEquals") for error in group}
    ours = {error for error in named if not error.startswith(PLATFORM_ERRORS)}
    assert all(issubclass(getattr(errors, error), errors.MorfxError) for error in ours)


@each_task
def test_what_may_pass_is_tried_again(task: State) -> None:
    retried = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
    assert {"Unavailable", "Throttled", "VersionConflictError"} <= retried


def test_every_definition_is_deployed() -> None:
    deployed = {machine["DefinitionUri"] for machine in deployed_machines()}
    assert deployed == {f"statemachines/{file}" for file in MACHINES}


def test_a_definition_is_given_what_it_asks_for_and_nothing_else() -> None:
    for machine in deployed_machines():
        text = (ROOT / machine["DefinitionUri"]).read_text("utf-8")
        assert set(re.findall(r"\$\{(\w+)\}", text)) == set(machine["DefinitionSubstitutions"])


def test_executions_log_no_data() -> None:
    logging = [machine["Logging"] for machine in deployed_machines()]
    assert all(not destination["IncludeExecutionData"] for destination in logging)


def deployed_machines() -> list[State]:
    return list(of_type("AWS::Serverless::StateMachine").values())
