"""What makes sense: checks over a finished scenario, each a small function that answers issues."""

from detente.scenario.rules.check import check as check
