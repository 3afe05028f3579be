"""XML that is a property list: as any other XML, but for the document type that Apple's tools write above it."""

import re
from dataclasses import replace

from pins.reading.markup import Element, read_xml
from pins.reading.text import Text

_IDENTIFIER = r'"[^"<>\[\]]*"'
_DOCTYPE = re.compile(rf"<!DOCTYPE\s+plist\s+(?:PUBLIC\s+{_IDENTIFIER}\s+{_IDENTIFIER}|SYSTEM\s+{_IDENTIFIER})\s*>")


def read_xml_plist(text: Text) -> Element:
    """The root element. The document type is passed over unread; one that declares anything is refused as elsewhere."""
    content = text.content
    found = _DOCTYPE.search(content, 0, max(content.find("<plist"), 0))
    if found is None:
        return read_xml(text)
    blank = re.sub(r"[^\r\n]", " ", found[0])
    return read_xml(replace(text, content=content[: found.start()] + blank + content[found.end() :]))
