from morfx.engine.breaker import Breaker
from morfx.simulator.agenda import VirtualClock

HAIKU = ("anthropic", "haiku")
SONNET = ("anthropic", "sonnet")


def opened(clock: VirtualClock) -> Breaker:
    """A breaker whose circuit to HAIKU just opened."""
    breaker = Breaker(clock, failures=2, open_seconds=30)
    for _ in range(2):
        assert breaker.lets_through(HAIKU)
        breaker.failed(HAIKU)
    return breaker


def test_a_circuit_opens_after_failures_in_a_row() -> None:
    assert not opened(VirtualClock()).lets_through(HAIKU)


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(VirtualClock(), failures=2)
    for _ in range(5):
        breaker.failed(HAIKU)
        breaker.succeeded(HAIKU)
    assert breaker.lets_through(HAIKU)


def test_one_lasting_failure_is_enough() -> None:
    breaker = Breaker(VirtualClock(), failures=5)
    breaker.failed(HAIKU, for_good=True)
    assert not breaker.lets_through(HAIKU)


def test_every_model_has_its_own_circuit() -> None:
    assert opened(VirtualClock()).lets_through(SONNET)


def test_after_its_seconds_one_probe_passes_and_no_second() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.sleep(29.9)
    assert not breaker.lets_through(HAIKU)
    clock.sleep(0.1)
    assert breaker.lets_through(HAIKU)
    assert not breaker.lets_through(HAIKU)


def test_a_probe_that_succeeds_closes_the_circuit() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.sleep(30)
    assert breaker.lets_through(HAIKU)
    breaker.succeeded(HAIKU)
    assert breaker.lets_through(HAIKU)
    breaker.failed(HAIKU)
    assert breaker.lets_through(HAIKU)


def test_a_probe_that_fails_leaves_it_open_for_as_long_again() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.sleep(30)
    assert breaker.lets_through(HAIKU)
    clock.sleep(10)
    breaker.failed(HAIKU)
    clock.sleep(29)
    assert not breaker.lets_through(HAIKU)
    clock.sleep(1)
    assert breaker.lets_through(HAIKU)


def test_a_probe_nobody_hears_of_again_does_not_keep_the_circuit_open_for_ever() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.sleep(30)
    assert breaker.lets_through(HAIKU)
    clock.sleep(30)
    assert breaker.lets_through(HAIKU)
