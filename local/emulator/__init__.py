"""AWS on this machine: MiniStack with our corrections. Runs in its own environment and process."""
