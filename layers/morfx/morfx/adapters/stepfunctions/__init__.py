"""Step Functions: the clock that wakes us."""
