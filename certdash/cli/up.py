"""`certdash up`: the product on the user's own data, all processes on this machine."""

import argparse
import os
from pathlib import Path

from certdash.runtime.launch import SOURCE, Launch, launch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="of the web pages on 127.0.0.1 (default: PORT, else 8000)")
    parser.add_argument(
        "--var", type=Path, help="folder of the data (default: CERTDASH_VAR, else var/ of the checkout)"
    )


def run(args: argparse.Namespace) -> int:
    return launch(
        Launch(
            var=folder(args, SOURCE / "var"),
            port=port(args),
            command=spoken("up"),
            greeting=("The first visit creates the first administrator. Ctrl-C stops everything.",),
        )
    )


def spoken(command: str) -> str:
    """As a person would type it to start this again."""
    return f"make {command}" if "MAKELEVEL" in os.environ else f"certdash {command}"


def folder(args: argparse.Namespace, default: Path) -> Path:
    chosen = args.var or os.environ.get("CERTDASH_VAR") or default
    return Path(chosen).expanduser().resolve()


def port(args: argparse.Namespace) -> int:
    """A port that is no number is refused like a taken one: by the sentence of the launch."""
    if args.port is not None:
        return int(args.port)
    text = os.environ.get("PORT", "") or "8000"
    return int(text) if text.isascii() and text.isdigit() else -1
