"""Command lines and configuration files of curl, as the options that hold together."""

import re
from collections.abc import Callable, Iterator

from pins.formats.curl_values import Transfer, Value, is_address
from pins.formats.shell import Word, commands
from pins.reading import Span, Text

OPTION = "--pinnedpubkey"
Note = Callable[[str, str, int], None]

# Short options without an argument, which may be written together: -sSkL.
_FLAGS = re.compile(r"-[sSkLvfIiGgjJNnqRaBlp#0123460]*k[sSkLvfIiGgjJNnqRaBlp#0123460]*")
_TAKES_ADDRESS = frozenset({
    "-x", "--proxy", "--preproxy", "-e", "--referer", "--doh-url", "-d", "--data", "--data-raw", "--data-urlencode",
    "--data-binary", "-H", "--header", "-A", "--user-agent", "-F", "--form", "-w", "--write-out", "--proxy-header",
    "--json",
})  # fmt: skip
_WITH_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?#\s]+[/?#]")
_LINE = re.compile(r"[^\r\n]+")
_SETTING = re.compile(r"\s*-{0,2}([A-Za-z0-9.:\-]+?)(?:[ \t]*[=:][ \t]*|[ \t]+|(?=\s*$))(.*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CONFIG = re.compile(r"(?m)^[ \t]*pinnedpubkey[ \t=:]")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "v": "\v"}


def is_config(text: Text) -> bool:
    """A file for --config names options without dashes; with dashes a line is taken for a part of a command."""
    return _CONFIG.search(text.content) is not None


def read_commands(text: Text, note: Note) -> Iterator[Transfer]:
    for words in commands(text):
        if any(word.value and word.value.startswith(OPTION) for word in words):
            yield from _command(words, text, note)


def _command(words: list[Word], text: Text, note: Note) -> Iterator[Transfer]:
    transfer, arguments = Transfer(), iter(words)
    for word in arguments:
        if word.is_any("--next", "-:"):
            yield transfer
            transfer = Transfer()
        elif word.is_any(OPTION, "--url"):
            _take(transfer, word, next(arguments, None))
        elif text.cut(word.span).startswith(OPTION + "="):
            what = "curl does not know --pinnedpubkey with an equals sign and ends with a usage error."
            note("option_with_equals_sign", f"{what} Put a blank there.", word.span.start)
        elif word.is_any("-k", "--insecure") or (word.value and _FLAGS.fullmatch(word.value)):
            _loosen(transfer, word.span.start)
        elif word.is_any("--no-insecure"):
            transfer.validates_peer = transfer.validates_name = True
        elif word.value in _TAKES_ADDRESS:
            next(arguments, None)
        elif is_address(_address(word)):
            transfer.addresses.append(Value(_address(word), word.span))
    yield transfer


def _take(transfer: Transfer, option: Word, value: Word | None) -> None:
    if value is not None and option.is_any(OPTION):
        transfer.pins.append(Value(value.value, value.span, value.inner))
    elif value is not None:
        transfer.addresses.append(Value(_address(value), value.span))


def _address(word: Word) -> str | None:
    """As far as its host where only what follows is decided when the script runs."""
    if word.value is not None:
        return word.value
    found = _WITH_HOST.match(word.beginning)
    return found[0] if found else None


def read_config(text: Text) -> Iterator[Transfer]:
    """tool_parsecfg.c: a name, then `=`, `:` or a blank, then a value that only double quotes keep whole."""
    transfer = Transfer()
    for line in _LINE.finditer(text.content):
        found = _SETTING.match(line[0])
        if line[0].lstrip().startswith("#") or found is None:
            continue
        name, value = found[1].lower(), _setting(line, found)
        if name == "next":
            yield transfer
            transfer = Transfer()
        elif name == "pinnedpubkey" and found[2].strip():  # nothing at all is no pin (curl 7.88, run)
            transfer.pins.append(value)
        elif name == "url":
            transfer.addresses.append(value)
        elif name in ("insecure", "k"):
            _loosen(transfer, line.start())
    yield transfer


def _setting(line: re.Match[str], found: re.Match[str]) -> Value:
    start = line.start() + found.start(2)
    quoted = _QUOTED.match(found[2])
    if quoted is None:
        bare = found[2].split(maxsplit=1)[0] if found[2].strip() else ""
        span = Span(start, start + len(bare))
        return Value(bare, span, span)
    inner = Span(start + 1, start + quoted.end(1))
    value = re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), quoted[1])
    return Value(value, Span(start, start + quoted.end()), inner if value == quoted[1] else None)


def _loosen(transfer: Transfer, at: int) -> None:
    transfer.validates_peer = transfer.validates_name = False
    transfer.loosened_at = at
