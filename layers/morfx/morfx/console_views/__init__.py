"""What the console shows: pages, and the words a shop's people read on them."""
