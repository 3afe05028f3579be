"""Bounded reading of raw bytes: text, XML, JSON, property lists, with exact places; only PinError comes out.

Here is what nearly every dialect needs; what one or two need is imported from its own module, because a command that
ends at once pays for every class that it loads.
"""

from pins.reading.markup import Attribute, Element, Piece, read_xml
from pins.reading.text import MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_NODES, MAXIMUM_PINS, Span, Text, read_text

__all__ = [
    "MAXIMUM_BYTES",
    "MAXIMUM_DEPTH",
    "MAXIMUM_NODES",
    "MAXIMUM_PINS",
    "Attribute",
    "Element",
    "Piece",
    "Span",
    "Text",
    "read_text",
    "read_xml",
]
