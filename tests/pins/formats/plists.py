"""Builders of property lists for tests: nested Python values as XML or binary."""

import plistlib
from typing import Any

DOCTYPE = '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">'


def xml(values: dict[str, Any]) -> bytes:
    return plistlib.dumps(values, sort_keys=False)


def binary(values: dict[str, Any]) -> bytes:
    return plistlib.dumps(values, fmt=plistlib.FMT_BINARY, sort_keys=False)


def identities(*pins: str) -> list[dict[str, str]]:
    return [{"SPKI-SHA256-BASE64": pin} for pin in pins]


def transport(**domains: Any) -> dict[str, Any]:
    """Names of domains have `_` for the full stop."""
    named = {name.replace("_", "."): value for name, value in domains.items()}
    return {"NSAppTransportSecurity": {"NSPinnedDomains": named}}


def trustkit(**domains: Any) -> dict[str, Any]:
    named = {name.replace("_", "."): value for name, value in domains.items()}
    return {"TSKConfiguration": {"TSKSwizzleNetworkDelegates": True, "TSKPinnedDomains": named}}


def lines(body: str) -> bytes:
    """A whole Info.plist whose body begins on line 4."""
    return f'<?xml version="1.0"?>\n{DOCTYPE}\n<plist version="1.0"><dict>\n{body}\n</dict></plist>\n'.encode()
