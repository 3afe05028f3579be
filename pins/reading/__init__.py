"""Bounded reading of raw bytes: text, XML, JSON, property lists, with exact places; only PinError comes out."""

from pins.reading.binary_plist import Plain, PlistKind, is_binary_plist, read_binary_plist
from pins.reading.embedded import EmbeddedText, embedded_text, escaped
from pins.reading.json_text import Array, Node, Object, Scalar, String, read_json
from pins.reading.markup import Attribute, Element, Piece, read_xml
from pins.reading.text import MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_NODES, MAXIMUM_PINS, Span, Text, read_text
from pins.reading.xml_plist import read_xml_plist

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
    "Plain",
    "PlistKind",
    "Scalar",
    "Span",
    "String",
    "Text",
    "embedded_text",
    "escaped",
    "is_binary_plist",
    "read_binary_plist",
    "read_json",
    "read_text",
    "read_xml",
    "read_xml_plist",
]
