"""FIFO queues."""
