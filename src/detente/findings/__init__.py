"""What the ensemble says about each claim: verdicts, what drives them, where the conflict settles, how it came out."""
