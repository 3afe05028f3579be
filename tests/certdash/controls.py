"""The controls of a page as a browser finds them: names, values, labels, and which sentences belong to which."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

ALONE = {"input", "br", "img", "meta", "link", "use", "path", "rect", "hr", "circle", "line"}


@dataclass
class Control:
    """`described` are the places that `aria-describedby` names, its fieldset's with them."""

    kind: str
    name: str
    value: str
    described: tuple[str, ...]
    is_invalid: bool
    is_labelled: bool = False


@dataclass
class Read(HTMLParser):
    """Feed it a page. `errors` are the sentences at fields, by their place."""

    controls: list[Control] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    title: str = ""
    _titles: int = 0
    _open: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag in {"input", "textarea", "select"} and given.get("type") not in {"hidden", "submit"}:
            self.controls.append(self._control(tag, given))
        if tag == "option" and "selected" in given:
            self.controls[-1].value = given.get("value", "")
        if tag == "p" and "form-errors" in given.get("class", ""):
            self.told.append("")
        self._titles += tag == "title"
        if tag not in ALONE:
            self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ALONE:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        tag, _ = self._open[-1]
        if tag == "textarea":
            self.controls[-1].value += data
        if tag == "title" and self._titles == 1:
            self.title += data
        for (_, above), (at, given) in zip(self._open, self._open[1:], strict=False):
            if at == "p" and given.get("class") == "errors":
                self.errors[above["id"]] = self.errors.get(above["id"], "") + data.strip()
            if at == "p" and "form-errors" in given.get("class", ""):
                self.told[-1] += data

    def _control(self, tag: str, given: dict[str, str]) -> Control:
        above = [one for at, one in self._open if at == "fieldset"]
        described = " ".join(one.get("aria-describedby", "") for one in [*above, given]).split()
        kind = given.get("type", "text") if tag == "input" else tag
        is_invalid = "true" in {one.get("aria-invalid") for one in [*above, given]}
        return Control(kind, given.get("name", ""), given.get("value", ""), tuple(described), is_invalid)


def read(html: str) -> Read:
    page = Read()
    page.feed(html)
    page.close()
    for one in page.controls:
        if one.kind == "textarea":
            # Its first line end belongs to the tag.
            one.value = one.value.removeprefix("\n")
    return page
