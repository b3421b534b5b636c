"""Other tools' files: GMCR+ conflicts in and out, GraphML and Gambit's normal form out."""
