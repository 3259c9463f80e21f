"""Reads the forms of a page as a browser without scripts would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form: where it goes, its fields as they stand, and the buttons that send it."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False
        self._select = ""
        self._text: list[str] | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(at.get("method", "get"), at.get("action", "")))
            self._inside = True
        if not self._inside:
            return
        form = self.forms[-1]
        if tag == "input" and at.get("name"):
            kind = at.get("type", "text")
            if kind not in {"checkbox", "radio", "file"} or "checked" in at:
                form.fields[at["name"]] = at.get("value", "on" if kind == "checkbox" else "")
        elif tag == "select" and at.get("name"):
            self._select = at["name"]
        elif tag == "option" and self._select and ("selected" in at or self._select not in form.fields):
            form.fields[self._select] = at.get("value", "")
        elif tag == "textarea" and at.get("name"):
            self._name, self._text = at["name"], []
        elif tag == "button" and at.get("type") == "submit":
            form.buttons.append((at.get("name", ""), at.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._text is not None:
            self.forms[-1].fields[self._name] = "".join(self._text)
            self._text = None


def posts(text: str, action: str = "") -> list[Form]:
    """Return the page's forms that post, to one address or to all."""
    reader = Forms()
    reader.feed(text)
    return [form for form in reader.forms if form.method == "post" and action in {"", form.action}]
