"""What a model may do: every action by name, typed, limited and recorded."""
