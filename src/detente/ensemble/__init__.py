"""One row per draw: the design, the runner and the run folder. Knows a Job, never the game behind it."""
