"""Every error MorfX raises on purpose.

Step Functions catches by class name: names are an interface.

* MorfxError
  + Retryable                 a passing fault: let Lambda, SQS or Step Functions deliver it again
    - Unavailable             a service did not answer, and surely did nothing
    - Throttled               a service asked us to slow down
    - NumberPaused            the provider takes nothing of this number for a while
    - ConversationBusy        another turn holds the conversation
    - VersionConflictError    the session was written since we read it
  + Rejected                  trying again cannot help: answer, log, move on
    - MalformedWebhook        a webhook item without the fields its kind must have
    - MalformedRequest        the caller's input; names the field
    - MissingSetting          a function was deployed without a setting it reads
    - CredentialMissing       a secret that a tenant must bring is not there
    - SendRejected            the provider will never accept this message
      . WindowClosed          … but an approved template
    - BudgetExceededError     no more money or tokens for a model; go on without
    - AgentError              the agent's data or registry
      . AgentNotFoundError
    - SessionError
      . SessionNotFoundError
    - OrderNotWritten         an order cannot be as it was asked to be
    - UnresolvedVariable      a template names something the conversation does not know
    - UnknownModel            a language model without a price
  + DeliveryUncertain         the request left and no answer came: neither sent nor unsent
  + NotUnderstood             a model gave no answer that could be used: ask another, or none
  + ToolRetry                 a model used a tool wrongly: tell it, so that it may do better
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from morfx.domain.comprehension import ModelCall


class MorfxError(Exception):
    """MorfX failed."""

    code: ClassVar[str] = "MORFX_ERROR"

    def __init__(self, message: str | None = None, **context: object) -> None:
        super().__init__(message or self.__doc__)
        self.context = context


class Retryable(MorfxError):
    """A passing fault: the same work may succeed later."""

    code = "RETRYABLE"


class Unavailable(Retryable):
    """A service MorfX needs did not answer."""

    code = "UNAVAILABLE"


class Throttled(Retryable):
    """A service asked us to slow down."""

    code = "THROTTLED"


class NumberPaused(Retryable):
    """The provider takes no message of this number for a while."""

    code = "NUMBER_PAUSED"


class ConversationBusy(Retryable):
    """Another turn holds this conversation."""

    code = "CONVERSATION_BUSY"


class VersionConflictError(Retryable):
    """The session was written by somebody else since it was read."""

    code = "VERSION_CONFLICT"


class Rejected(MorfxError):
    """The work cannot succeed, now or later."""

    code = "REJECTED"


class MalformedWebhook(Rejected):
    """A webhook item lacks a field its kind must have."""

    code = "MALFORMED_WEBHOOK"


class MalformedRequest(Rejected):
    """The request names no such thing, or names it wrongly."""

    code = "MALFORMED_REQUEST"


class MissingSetting(Rejected):
    """A setting this function reads was not given."""

    code = "MISSING_SETTING"


class CredentialMissing(Rejected):
    """A secret that must exist for this tenant does not."""

    code = "CREDENTIAL_MISSING"


class SendRejected(Rejected):
    """The provider refused the message for good."""

    code = "SEND_REJECTED"


class WindowClosed(SendRejected):
    """The customer has not written for a day: only approved templates are taken."""

    code = "WINDOW_CLOSED"


class BudgetExceededError(Rejected):
    """The conversation, the contact or the workspace has used up what models may cost."""

    code = "BUDGET_EXCEEDED"


class AgentError(Rejected):
    """An agent's declaration is wrong."""

    code = "AGENT_ERROR"


class AgentNotFoundError(AgentError):
    """No agent of this id is registered."""

    code = "AGENT_NOT_FOUND"


class SessionError(Rejected):
    """The session does not allow this."""

    code = "SESSION_ERROR"


class SessionNotFoundError(SessionError):
    """No session of this id."""

    code = "SESSION_NOT_FOUND"


class OrderNotWritten(Rejected):
    """The order cannot be written as it was asked to be; nothing was."""

    code = "ORDER_NOT_WRITTEN"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the order was not written: {reason}", reason=reason)
        #: ``order_closed``, ``no_stage``, or the constraint (else the SQLSTATE) that refused it.
        self.reason = reason


class UnresolvedVariable(Rejected):
    """A template names a variable that has no value here."""

    code = "UNRESOLVED_VARIABLE"


class UnknownModel(Rejected):
    """A language model that the price file does not name."""

    code = "UNKNOWN_MODEL"


class DeliveryUncertain(MorfxError):
    """The request left and no readable answer came back."""

    code = "DELIVERY_UNCERTAIN"


class NotUnderstood(MorfxError):
    """A model gave no answer that could be used."""

    code = "NOT_UNDERSTOOD"

    def __init__(self, outcome: str, calls: "tuple[ModelCall, ...]" = ()) -> None:
        super().__init__(f"no usable answer: {outcome}", outcome=outcome)
        #: Of the last call; where there was none, why.
        self.outcome = outcome
        #: What was tried, for the ledger.
        self.calls = calls


class ToolRetry(MorfxError):
    """The tool cannot be used like this; the sentence tells the model why."""

    code = "TOOL_RETRY"
