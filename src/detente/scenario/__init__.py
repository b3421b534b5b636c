"""The scenario file: its language, its reader, and the frozen nouns it is read into."""
