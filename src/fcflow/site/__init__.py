"""The site: what holds and what does not, on pages that open from disk in any browser.

``results/site/`` is a folder of pages, with every file that they offer, and ``results/site.html``
the same pages in one file. Neither asks anything of a network.
"""

from fcflow.extras import require

require("jinja2", "matplotlib", "pandas")
