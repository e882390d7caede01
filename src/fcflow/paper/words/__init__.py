"""The words of tables, figures and claims by subject; :mod:`fcflow.paper.glossary` joins them."""
