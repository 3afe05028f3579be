"""The text that a pin has in a client's own notation: that of the file, or what a file of no client stands for."""

from pins.pinset import Pin

_SHA1_BYTES = 20


def bare_text(pin: Pin) -> str:
    """Base64 without a prefix, as Android's XML and Apple's property lists have it."""
    return pin.text if pin.base64 is None else pin.base64


def prefixed_text(pin: Pin) -> str:
    """With `sha256/` or `sha1/` before it, as in OkHttp and all that borrows its notation."""
    if pin.base64 is None:
        return pin.text
    return ("sha1/" if len(pin.digest or b"") == _SHA1_BYTES else "sha256/") + pin.base64
