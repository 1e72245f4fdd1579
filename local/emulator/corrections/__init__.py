"""What MiniStack does otherwise than AWS, put right: one module per behaviour.

Each has `apply()`, which replaces functions of MiniStack by ours. tests/local holds them to AWS's
behaviour; each is meant to be offered upstream and then deleted.
"""
