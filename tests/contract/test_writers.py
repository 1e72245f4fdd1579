"""Many writers, one conversation: nothing is lost, doubled or asked twice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
from psycopg.rows import DictRow

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.domain.comprehension import Comprehension, Context
from morfx.domain.errors import Retryable
from morfx.engine.mind import Mind
from tests.road import Road

WRITERS = 50


@dataclass
class Counting:
    """A comprehender that remembers what it was asked."""

    asked: list[tuple[str, ...]] = field(default_factory=list)

    def comprehend(self, texts: Sequence[str], context: Context) -> Comprehension:
        self.asked.append(tuple(texts))
        return OfflineComprehender().comprehend(texts, context)


def test_fifty_writers_converge(
    road: Road, database_url: str, all_rows: psycopg.Connection[DictRow]
) -> None:
    model = Counting()
    roads = [Road(database_url, road.shop) for _ in range(WRITERS)]

    def write_and_answer(number: int) -> None:
        """As the doors do: each message is stored and wakes a turn, tried until it ends."""
        walked = roads[number]
        walked.mind = Mind(offline=model)
        walked.write(f"precio {number}")
        [woken] = walked.wakes()
        for _ in range(200):
            try:
                walked.turn(woken)
            except Retryable:
                continue
            break
        walked.database.close()

    with ThreadPoolExecutor(10) as writers:
        list(writers.map(write_and_answer, range(WRITERS)))

    [conversation] = all_rows.execute(
        "SELECT inbound_seq, read_seq, lease_until FROM conversations WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    assert conversation == {"inbound_seq": WRITERS, "read_seq": WRITERS, "lease_until": None}
    turns = all_rows.execute(
        "SELECT turn_number, role, content FROM agent_turns WHERE workspace_id = %s"
        " ORDER BY turn_number",
        [road.shop.workspace_id],
    ).fetchall()
    assert [turn["turn_number"] for turn in turns] == list(range(1, len(turns) + 1))
    heard = [
        line for turn in turns if turn["role"] == "user" for line in turn["content"].split("\n")
    ]
    assert set(heard) == {f"precio {number}" for number in range(WRITERS)}
    [session] = all_rows.execute(
        "SELECT version, (SELECT count(*) FROM turn_proofs WHERE session_id = s.id) AS proofs"
        " FROM agent_sessions s WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    assert session["version"] == session["proofs"]
    assert len(set(model.asked)) == len(model.asked)
