"""What machines are told: requests checked, one message run through the house, answers shaped."""
