"""Chaos finds every planted bug, and none where nothing was planted."""

from collections.abc import Iterator

import pytest

from local.database import Database
from tests.chaos import bugs
from tests.chaos.bugs import Bug
from tests.chaos.invariants import (
    Invariant,
    a_timer_fires_once_or_says_why_not,
    an_inbound_group_has_at_most_one_answer,
    each_message_of_a_customer_is_one_row,
    every_promised_bubble_ends,
    no_message_is_left_without_an_end,
    nothing_is_sent_outside_the_window,
    nothing_is_sent_that_ignores_a_newer_inbound,
    nothing_is_sent_while_the_bot_must_be_silent,
    nothing_proactive_is_sent_in_quiet_hours,
    the_tenant_is_the_same_along_every_row,
)
from tests.chaos.search import shrunk
from tests.chaos.stage import Stage
from tests.chaos.story import draw

#: Each bug with a seed whose story shows it on this schedule of calls, and what that story breaks.
FOUND: list[tuple[Bug, int, Invariant]] = [
    (
        bugs.commit_ignores_what_it_has_not_read,
        262,
        no_message_is_left_without_an_end,
    ),
    (bugs.dedup_is_removed, 2, each_message_of_a_customer_is_one_row),
    (
        bugs.expiry_ignores_what_became_of_the_timer,
        21,
        a_timer_fires_once_or_says_why_not,
    ),
    (bugs.gate_ignores_newer_inbound, 5, nothing_is_sent_that_ignores_a_newer_inbound),
    (bugs.gate_ignores_the_switches, 4, nothing_is_sent_while_the_bot_must_be_silent),
    (bugs.one_number_speaks_for_every_tenant, 1, the_tenant_is_the_same_along_every_row),
    (
        bugs.question_stays_read_when_its_answer_is_stopped,
        19,
        no_message_is_left_without_an_end,
    ),
    (bugs.quiet_hours_are_ignored, 12, nothing_proactive_is_sent_in_quiet_hours),
    (bugs.relay_forgets_promised_bubbles, 141, every_promised_bubble_ends),
    (bugs.uncertain_is_queued_again, 49, an_inbound_group_has_at_most_one_answer),
    (bugs.window_is_an_hour_longer, 330, nothing_is_sent_outside_the_window),
]
CLEAN = range(300)
#: A planted bug is found in fewer.
RUNS = 2_000


@pytest.fixture(scope="module")
def stage(server: Database, owner_url: str) -> Iterator[Stage]:
    opened = Stage(server.functions_url, server.url)
    opened.play(draw(0))  # a warm house counts its calls otherwise than a cold one
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("bug", "seed", "broken"), FOUND, ids=[bug.__name__ for bug, _, _ in FOUND]
)
def test_a_planted_bug_is_found(stage: Stage, bug: Bug, seed: int, broken: Invariant) -> None:
    with bug():
        shown_by = next(
            (
                drawn
                for drawn in (seed, *range(RUNS))
                if broken.__name__ in {found.invariant for found in stage.play(draw(drawn))}
            ),
            None,
        )

    assert shown_by is not None
    assert stage.play(draw(shown_by)) == []


def test_a_story_is_told_at_its_shortest(stage: Stage) -> None:
    with bugs.expiry_ignores_what_became_of_the_timer():
        story = draw(21)
        shorter, violations = shrunk(story, stage, "a_timer_fires_once_or_says_why_not")

        assert violations
        assert len(shorter.happenings) < len(story.happenings)
        assert all(not stage.play(shorter.without(i)) for i in range(len(shorter.happenings)))


def test_a_seed_always_tells_the_same_story() -> None:
    assert draw(7) == draw(7) != draw(8)


def test_nothing_is_broken_where_nothing_was_planted(stage: Stage) -> None:
    broken = {seed: stage.play(draw(seed)) for seed in CLEAN}

    assert {seed: violations for seed, violations in broken.items() if violations} == {}
