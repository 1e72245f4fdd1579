"""What Lambda hands a handler beside the event."""

from aws_lambda_powertools.utilities.typing import LambdaContext


class FakeContext(LambdaContext):
    _function_name = "a-function"
    _memory_limit_in_mb = 512
    _invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:a-function"
    _aws_request_id = "5b441b59-a550-11c8-6e02-9fe3c9f4f2c1"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 30_000
