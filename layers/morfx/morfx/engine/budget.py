"""What models may cost: tokens by session, money by contact and day and by workspace and month."""

from morfx.domain.agent import Agent
from morfx.domain.conversation import Reading
from morfx.domain.errors import BudgetExceededError

#: Tokens a comprehension and its second look may take together (facts/agent.md §1.7: twice 2,000).
ESTIMATE = 4_000


def check(agent: Agent, reading: Reading) -> None:
    """Raise BudgetExceededError naming the limit that another call would pass."""
    used = reading.session.tokens_used if reading.session else 0
    if used + ESTIMATE > agent.token_budget:
        raise BudgetExceededError("session tokens", used=used, limit=agent.token_budget)
    spending = reading.spending
    if spending.contact_today >= spending.contact_daily_cap:
        raise BudgetExceededError("contact's daily cap")
    if spending.workspace_this_month >= spending.workspace_monthly_cap:
        raise BudgetExceededError("workspace's monthly cap")
