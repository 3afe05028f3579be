"""Bounded reading of raw bytes: text, XML and JSON with the exact place of everything; only PinError comes out."""

from pins.reading.embedded import EmbeddedText, embedded_text, escaped
from pins.reading.json_text import Array, Node, Object, Scalar, String, read_json
from pins.reading.markup import Attribute, Element, Piece, read_xml
from pins.reading.text import MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_NODES, MAXIMUM_PINS, Span, Text, read_text

__all__ = [
    "MAXIMUM_BYTES",
    "MAXIMUM_DEPTH",
    "MAXIMUM_NODES",
    "MAXIMUM_PINS",
    "Array",
    "Attribute",
    "Element",
    "EmbeddedText",
    "Node",
    "Object",
    "Piece",
    "Scalar",
    "Span",
    "String",
    "Text",
    "embedded_text",
    "escaped",
    "read_json",
    "read_text",
    "read_xml",
]
