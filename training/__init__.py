"""Training and measuring the offline comprehension; nothing here is deployed."""
