"""Training and measuring the offline comprehension; nothing here is deployed.

``corpus/utterances.txt``: what customers say, by what they do with it; invented, only learnt from.
``corpus/dev.jsonl``: labelled messages, learnt from and measured by cross-validation.
``corpus/practice.jsonl``: eight former blind sets, labelled the same way, learnt from.
``corpus/blind.jsonl``: labelled messages no weight is trained on.
"""
