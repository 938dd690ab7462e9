"""Forms of a page as a browser would send them."""

import html.parser
from dataclasses import dataclass, field

TEXT = ("text", "search", "email", "tel", "url", "")
GOOD = {"date": "04.05.2026", "participants": "5", "number": "1"}


@dataclass
class PageForm:
    """A form: where it goes, its values, and which fields are text."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


class _Reader(html.parser.HTMLParser):
    """Collects the forms of a page; of choices the first one."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(given.get("action", ""), given.get("method", "get").upper()))
            return
        if not self.forms:
            return
        form, name = self.forms[-1], given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            form.values.setdefault(self._select, given["value"])
        elif tag == "textarea":
            form.values[name] = ""
            form.texts.append(name)
        elif tag == "input" and name:
            self._input(form, name, given)

    def _input(self, form: PageForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in TEXT:
            form.values[name] = given.get("value") or GOOD.get(name, "")
            form.texts.append(name)
        elif kind == "hidden":
            form.values[name] = given.get("value", "")
            if name != "csrf":
                form.texts.append(name)
        elif kind == "radio":
            form.values.setdefault(name, given.get("value", ""))


def forms_of(page: str) -> list[PageForm]:
    """All forms of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
