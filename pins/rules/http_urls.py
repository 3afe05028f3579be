"""The host that OkHttp's HttpUrl reads from an `http://` address; before 4.3 it read pinner patterns in this way."""

import re

from pins.hosts import canonical_host, wire_host

_BLANKS = "\t\n\f\r "
_AUTHORITY_END = re.compile(r"[/\\?#]")
_PORT = re.compile(r":(?![^\[]*\])")  # not inside the brackets of an address
_NUMBER = re.compile(r"\+?[0-9]+")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_LAST_PORT = 65535
_ROOT = "."  # java.net.IDN takes it for a name


def host_of_http_url(rest: str) -> str | None:
    """Of `http://` and `rest`, None where OkHttp throws: a bad port or a name that can be no host."""
    # OkHttp 3.13 HttpUrl.java Builder.parse, run
    address = rest.rstrip(_BLANKS).lstrip("/\\")
    authority = _AUTHORITY_END.split(address, maxsplit=1)[0].rpartition("@")[2]
    colon = _PORT.search(authority)
    host, port = (authority[: colon.start()], authority[colon.end() :]) if colon else (authority, "")
    if port and not (_NUMBER.fullmatch(port) and 0 < int(port) <= _LAST_PORT):
        return None
    name = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), host.encode()).decode(errors="replace")
    return _ROOT if wire_host(name) == _ROOT else canonical_host(name, has_longest_name=False)
