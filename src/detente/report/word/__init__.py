"""The brief as a Word file for people who edit it: its own text, marked claim by claim, with real footnotes."""
