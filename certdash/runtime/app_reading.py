"""A built app read in a process of its own, so that the kernel bounds what hostile bytes can cost the web."""

import json
import logging
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pins.errors import PinError

SECONDS = 20
"""Until an answer is given up; the child's own limit of computing time is lower."""

_LOG = logging.getLogger("certdash")
_SOURCE = Path(__file__).resolve().parents[2]
_TOO_MUCH = (
    "{} takes more time or memory to read than any app needs, so it was given up. Check that it is the right file."
)


@dataclass(frozen=True, slots=True)
class AppFile:
    """A pin file inside the app that its devices go by; `clients` are the client kinds that it addresses."""

    member: str
    format: str
    source: bytes
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppRemark:
    """What is to be known about one file of the app; `code` is that of a finding, empty where the file is left out."""

    member: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class BuiltApp:
    """What an app says about itself and the pin files in it; `left_out` are those that no verdict rests on."""

    kind: str
    platform: str
    application_id: str
    version: str
    build: str
    files: tuple[AppFile, ...]
    left_out: tuple[AppRemark, ...]
    problems: tuple[AppRemark, ...]


def read_app(file: BinaryIO, name: str) -> BuiltApp:
    """`file` has a descriptor. PinError says why an app cannot be read, or what in it keeps the rest in doubt."""
    command = (sys.executable, "-m", "certdash.runtime.app_child", name)
    file.seek(0)
    try:
        done = subprocess.run(  # noqa: S603  # our own module; the name is an argument and no shell sees it
            command, stdin=file, capture_output=True, timeout=SECONDS, cwd=_SOURCE, env=_environment(), check=False
        )
    except subprocess.TimeoutExpired:
        raise PinError(_TOO_MUCH.format(name), code="too_large") from None
    if done.returncode:
        _LOG.warning("reading the app %r ended with %d: %s", name, done.returncode, done.stderr[-2000:].decode())
        raise PinError(_TOO_MUCH.format(name), code="too_large")
    told: Mapping[str, Any] = json.loads(done.stdout)
    if "refused" in told:
        raise PinError(told["refused"], code=told["code"])
    return _app(told)


def _environment() -> dict[str, str]:
    """None of the secrets that the web has."""
    kept = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _app(told: Mapping[str, Any]) -> BuiltApp:
    files = tuple(
        AppFile(one["member"], one["format"], b64decode(one["source"]), tuple(one["clients"])) for one in told["files"]
    )
    left_out, problems = (tuple(AppRemark(*row) for row in told[name]) for name in ("left_out", "problems"))
    about = {name: told[name] for name in ("kind", "platform", "application_id", "version", "build")}
    return BuiltApp(**about, files=files, left_out=left_out, problems=problems)
