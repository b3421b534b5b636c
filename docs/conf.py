"""How the documentation is built: MyST pages, the furo theme, no network."""

project = "Détente"
author = "The Détente authors"
copyright = "2026, The Détente authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Détente"
exclude_patterns = ["_build"]
autodoc_typehints = "description"
