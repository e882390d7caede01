"""Where a page's links lead: from one file of a folder to another, or within one single file."""

from abc import ABC, abstractmethod
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

INDEX = "index"


class Links(ABC):
    """The addresses that a page uses."""

    single: bool

    @abstractmethod
    def page(self, name: str) -> str:
        """Return the address of a page."""

    @abstractmethod
    def term(self, page: str, anchor: str) -> str:
        """Return the address of a place in a page."""

    @abstractmethod
    def file(self, file: str) -> str:
        """Return the address of a file that is offered; empty if it is not at hand."""

    @abstractmethod
    def documentation(self) -> str:
        """Return the address of the documentation; empty if it is not at hand."""

    @abstractmethod
    def image(self, file: str) -> str:
        """Return the address of a picture."""


@dataclass(frozen=True)
class FolderLinks(Links):
    """Links of a page of the folder, all relative.

    Attributes
    ----------
    here : str
        The page that has the links.
    """

    here: str
    single = False

    def page(self, name: str) -> str:
        """Return the address of a page.

        Examples
        --------
        >>> FolderLinks("index").page("glossary"), FolderLinks("glossary").page("index")
        ('pages/glossary.html', '../index.html')
        """
        if name == INDEX:
            return "index.html" if self.here == INDEX else "../index.html"
        return f"pages/{name}.html" if self.here == INDEX else f"{name}.html"

    def term(self, page: str, anchor: str) -> str:
        """Return the address of a place in a page."""
        return f"{self.page(page)}#{anchor}"

    def file(self, file: str) -> str:
        """Return the address of a file that is offered."""
        return f"{'' if self.here == INDEX else '../'}files/{file}"

    def documentation(self) -> str:
        """Return the address of the documentation."""
        return f"{'' if self.here == INDEX else '../'}docs/index.html"

    def image(self, file: str) -> str:
        """Return the address of a picture."""
        return self.file(file)


@dataclass(frozen=True)
class SingleLinks(Links):
    """Links within the single file, which holds its pictures and offers no files.

    Attributes
    ----------
    root : Path
        The folder of results.
    offered : str
        The folder that holds the files which are named.
    """

    root: Path
    offered: str = "results/site/files"
    single = True

    def page(self, name: str) -> str:
        """Return the address of a page.

        Examples
        --------
        >>> SingleLinks(Path()).page("glossary")
        '#glossary'
        """
        return f"#{name}"

    def term(self, page: str, anchor: str) -> str:
        """Return the address of a place in a page."""
        return f"#{anchor}"

    def file(self, file: str) -> str:
        """Return nothing: files are in the folder."""
        return ""

    def documentation(self) -> str:
        """Return nothing: it is in the folder."""
        return ""

    def image(self, file: str) -> str:
        """Return a picture as its own address."""
        content = (self.root / file).read_bytes()
        return f"data:image/svg+xml;base64,{b64encode(content).decode()}"
