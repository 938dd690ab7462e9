"""Pages in tests as a browser without JavaScript sees them: forms with the values that sending them would send."""

from html.parser import HTMLParser

Typed = dict[str, list[str]]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Typed]] = []
        self._fields: Typed = {}
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            self.forms.append((found.get("action", ""), self._fields))
        elif tag == "input" and "name" in found:
            ticked = found.get("type") not in ("radio", "checkbox") or "checked" in found
            if ticked:
                self._fields.setdefault(found["name"], []).append(found.get("value", ""))
        elif tag == "select":
            self._select = found["name"]
        elif tag == "option" and self._select is not None and (self._select not in self._fields or "selected" in found):
            self._fields[self._select] = [found["value"]]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None


def form_of(html: str, action: str) -> Typed:
    """The form of a page that is sent to `action`: its fields with all their values."""
    reader = _Forms()
    reader.feed(html)
    found = next(fields for target, fields in reader.forms if target == action)
    return {name: values for name, values in found.items() if name}
