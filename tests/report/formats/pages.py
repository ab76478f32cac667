"""An HTML page as a parser sees it."""

from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"meta"}


class Part(NamedTuple):
    """One element: its place, its attributes, and the text straight inside of it."""

    path: tuple[str, ...]
    attributes: dict[str, str]
    text: list[str]

    @property
    def tag(self):
        return self.path[-1]

    @property
    def words(self):
        return "".join(self.text)


class Page(HTMLParser):
    """All elements of a page; a tag that is not closed in order is an error."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self._open: list[Part] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        path = (*(part.tag for part in self._open), tag)
        part = Part(path, dict(attrs), [])
        assert len(part.attributes) == len(attrs)
        self.parts.append(part)
        if tag not in VOID:
            self._open.append(part)

    def handle_endtag(self, tag):
        assert self._open.pop().tag == tag

    def handle_data(self, data):
        if self._open:
            self._open[-1].text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    def unknown_decl(self, data):
        raise AssertionError(f"a declaration: {data!r}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data!r}")

    def all(self, tag, class_=None):
        return [
            part
            for part in self.parts
            if part.tag == tag
            and (class_ is None or class_ in part.attributes.get("class", "").split())
        ]

    def words(self, tag, class_=None):
        return [part.words for part in self.all(tag, class_)]
