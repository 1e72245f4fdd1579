"""What models may cost: tokens by session, money by contact and day and by workspace and month."""

from collections.abc import Sequence
from decimal import Decimal

from morfx.domain.agent import Agent
from morfx.domain.comprehension import ModelCall
from morfx.domain.conversation import Spending
from morfx.domain.errors import BudgetExceededError
from morfx.domain.session import Session

#: Tokens a comprehension and its second look may take together (facts/agent.md §1.7: twice 2,000).
ESTIMATE = 4_000


def check(
    agent: Agent, session: Session, spending: Spending, *, calls: Sequence[ModelCall] = ()
) -> int:
    """The tokens the session has left; raise BudgetExceededError naming the limit that another
    call would pass.

    ``calls``: those this turn has made already.
    """
    used = session.tokens_used + sum(call.input_tokens + call.output_tokens for call in calls)
    cost = sum((call.cost for call in calls), Decimal(0))
    if used + ESTIMATE > agent.token_budget:
        raise BudgetExceededError("session tokens", used=used, limit=agent.token_budget)
    if spending.contact_today + cost >= spending.contact_daily_cap:
        raise BudgetExceededError("contact's daily cap")
    if spending.workspace_this_month + cost >= spending.workspace_monthly_cap:
        raise BudgetExceededError("workspace's monthly cap")
    return agent.token_budget - used
