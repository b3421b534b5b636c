"""From a written assessment to what a scenario file starts with: its claims and its actors.

Intake (file to blocks) -> furniture (what is no part of the essay) -> sentences -> suggestions and cast. Rules over
words and their order, no model: each suggestion names the words that triggered it.
"""
