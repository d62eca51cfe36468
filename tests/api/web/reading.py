"""An HTML page as a tree of tags, for what tests ask of every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
}
SILENT = {"script", "style", "template"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[Tag | str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    def all(self, *names: str) -> list[Tag]:
        """The tags of these names below, in order."""
        return [one for one in self.below() if one.name in names]

    def below(self) -> Iterator[Tag]:
        for one in self.inner:
            if isinstance(one, Tag):
                yield one
                yield from one.below()

    def text(self) -> str:
        return " ".join(" ".join(self.words()).split())

    def words(self, lang: str = "") -> Iterator[str]:
        """What is read; of parts in another language than `lang`, nothing. Names of people and places are
        marked `translate="no"`."""
        for one in self.inner:
            if isinstance(one, str):
                yield one
            elif one.name not in SILENT:
                is_other = lang and (one["lang"] not in ("", lang) or one["translate"] == "no")
                if not is_other:
                    yield from (
                        one[name] for name in ("aria-label", "title", "placeholder", "alt") if one[name]
                    )
                    yield from one.words(lang)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Tag("document")]
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inner.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open[-1].name != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1].name}>")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inner.append(data)


def read(html: str) -> Tag:
    """Every tag that is opened is closed, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.faults == []
    assert [tag.name for tag in reader.open] == ["document"]
    return reader.open[0]
