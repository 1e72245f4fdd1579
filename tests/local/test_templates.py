"""A template is deployed as by CloudFormation: routes of an OpenAPI body, YAML, alarms, buckets."""

import json
from base64 import b64decode
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.local.emulator import ROLE, RunningEmulator
from tests.local.execution import Execution

_ECHO = """
from base64 import b64encode
def handler(event, context):
    raw = (event.get("body") or "").encode()
    return {"statusCode": 200, "body": b64encode(raw).decode() if raw else event["routeKey"]}
"""

_MACHINE = "StartAt: Only\nStates:\n  Only: {Type: Pass, Result: from YAML, End: true}\n"


def _stack(definition_bucket: str) -> dict[str, Any]:
    """What SAM makes of a function behind an HTTP API, and other things MiniStack lacks."""
    return {
        "Resources": {
            "Echo": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": ROLE,
                    "Code": {"ZipFile": _ECHO},
                },
            },
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": _open_api()}},
            "Stage": {
                "Type": "AWS::ApiGatewayV2::Stage",
                "Properties": {
                    "ApiId": {"Ref": "Api"},
                    "StageName": "$default",
                    "AutoDeploy": True,
                },
            },
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Silence": {"Type": "AWS::CloudWatch::Alarm", "Properties": _alarm_on_an_expression()},
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "RoleArn": ROLE,
                    "DefinitionS3Location": {"Bucket": definition_bucket, "Key": "machine.yaml"},
                },
            },
        },
        "Outputs": {
            "Bucket": {"Value": {"Ref": "Bucket"}},
            "Machine": {"Value": {"Ref": "Machine"}},
        },
    }


def _open_api() -> dict[str, Any]:
    uri = {
        "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
        "/${Echo.Arn}/invocations"
    }
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    operation = {"x-amazon-apigateway-integration": integration | {"payloadFormatVersion": "2.0"}}
    paths = {
        "/webhooks/whatsapp": {"post": operation},
        "/sandbox/{proxy+}": {"x-amazon-apigateway-any-method": operation},
    }
    return {"openapi": "3.0.1", "info": {"title": "test", "version": "1"}, "paths": paths}


def _alarm_on_an_expression() -> dict[str, Any]:
    metric = {"Namespace": "MorfX", "MetricName": "MessagesAccepted"}
    read = {"Metric": metric, "Stat": "Sum", "Period": 60}
    return {
        "Metrics": [
            {"Id": "silence", "Expression": "IF(accepted > 0, 1, 0)"},
            {"Id": "accepted", "ReturnData": False, "MetricStat": read},
        ],
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }


def _deploy(emulator: RunningEmulator) -> dict[str, str]:
    """Create the stack; its outputs."""
    definitions = f"d{uuid4().hex}"
    emulator.objects.create_bucket(Bucket=definitions)
    emulator.objects.put_object(Bucket=definitions, Key="machine.yaml", Body=_MACHINE.encode())
    body = json.dumps(_stack(definitions))
    emulator.stacks.create_stack(StackName="test", TemplateBody=body)
    emulator.stacks.get_waiter("stack_create_complete").wait(
        StackName="test", WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    (stack,) = emulator.stacks.describe_stacks(StackName="test")["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


@pytest.fixture(scope="module")
def outputs(emulator: RunningEmulator) -> dict[str, str]:
    return _deploy(emulator)


@pytest.fixture
def api(emulator: RunningEmulator, outputs: dict[str, str]) -> str:
    return f"http://127.0.0.1:{emulator.front_door}"


def test_a_route_of_the_body_reaches_its_function(api: str) -> None:
    assert httpx.post(f"{api}/webhooks/whatsapp").text == "POST /webhooks/whatsapp"


def test_any_method_and_any_path_below_reach_theirs(api: str) -> None:
    assert httpx.put(f"{api}/sandbox/a/b").text == "ANY /sandbox/{proxy+}"


@pytest.mark.parametrize(("method", "path"), [("GET", "/webhooks/whatsapp"), ("POST", "/other")])
def test_what_the_body_does_not_name_is_not_found(api: str, method: str, path: str) -> None:
    assert httpx.request(method, f"{api}{path}").status_code == 404


@pytest.mark.parametrize("size", [1, 3 * 1024 * 1024])
def test_a_body_arrives_byte_for_byte(api: str, size: int) -> None:
    sent = b'{"text": "\xf0\x9f\x98\xb4 \\ud83d  \r\n' + b"x" * size + b'"}'
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{api}/webhooks/whatsapp", content=sent, headers=headers, timeout=20)
    assert b64decode(answer.text) == sent


def test_before_a_deployment_the_front_door_says_so(mortal_emulator: RunningEmulator) -> None:
    answer = httpx.get(f"http://127.0.0.1:{mortal_emulator.front_door}/health")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_a_state_machine_may_be_written_in_yaml(
    emulator: RunningEmulator, outputs: dict[str, str]
) -> None:
    started = emulator.machines.start_execution(stateMachineArn=outputs["Machine"])
    assert Execution(emulator, started["executionArn"]).ended().output == "from YAML"


def test_objects_survive_the_emulators_death(mortal_emulator: RunningEmulator) -> None:
    bucket = _deploy(mortal_emulator)["Bucket"]
    mortal_emulator.objects.put_object(Bucket=bucket, Key="large", Body=b"a webhook item")
    mortal_emulator.kill()
    bucket = _deploy(mortal_emulator.start())["Bucket"]
    kept = mortal_emulator.objects.get_object(Bucket=bucket, Key="large")["Body"].read()
    assert kept == b"a webhook item"
