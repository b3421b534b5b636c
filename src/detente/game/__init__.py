"""The compiled game: axes, tables over the axes they mention, and the inputs a draw fills in."""
