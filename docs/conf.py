"""How the documentation is built: MyST pages, a notebook that is run, the furo theme, no network."""

project = "Détente"
author = "The Détente authors"
copyright = "2026, The Détente authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Détente"
exclude_patterns = ["_build", "conf.py", "picture.py"]
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
# The page shows the picture; a notebook may draw the specification itself.
suppress_warnings = ["mystnb.unknown_mime_type"]
autodoc_typehints = "description"
