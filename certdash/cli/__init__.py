"""The command line: `certdash check | up | demo`; only the chosen command is loaded, and `check` never loads Django."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

COMMANDS = {
    "check": "say which apps with this pin file fail now and after the next rotation",
    "up": "run web, worker and beat on your own data",
    "demo": "run everything on a story with real TLS servers",
}

READER_GONE = 141  # as shells count SIGPIPE


class Parser(argparse.ArgumentParser):
    """A wrong argument is one line on standard error, as everything else that cannot be read."""

    def error(self, message: str) -> NoReturn:
        line = "".join(one if one.isprintable() else "�" for one in message)
        self.exit(2, f"certdash: {line}. {self.prog} --help says what there is.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = Parser(prog="certdash", description="Which pinned apps fail after the next certificate rotation, and why.")
    # Left without `prog`, argparse works out a usage line for it and loads every archive format on the way.
    commands = parser.add_subparsers(prog="certdash", dest="command", metavar="command", required=True)
    chosen = next((word for word in given if word in COMMANDS), None)
    is_brief = chosen == "check" and arguments is None
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        if name == chosen:
            if is_brief:
                gc.disable()  # it lives for a fifth of a second: collecting would cost a tenth of that and free nothing
            module = import_module(f"certdash.cli.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    parsed = parser.parse_args(given)
    code = _run(parsed)
    if is_brief:
        gc.freeze()  # the interpreter collects once more when it ends, and would look at everything again
    return code


def _run(parsed: argparse.Namespace) -> int:
    """Whoever reads the answer may stop in the middle, as `head` does."""
    try:
        code = int(parsed.run(parsed))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at the end
        return READER_GONE
    return code
