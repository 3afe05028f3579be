"""Variables of the environment as values; what is impossible stops the start with a sentence."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from certdash.probes.guard import parse_networks

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env.str("CERTDASH_VAR", str(ROOT / "var")))
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def whole(name: str, default: int) -> int:
    """A whole number above zero; empty is as good as not set."""
    text = str(env.str(name, "")) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**9):
        raise ImproperlyConfigured(f"{name} is {text!r}. It is a whole number above 0; leave it out for {default}.")
    return int(text)


def switch(name: str) -> bool:
    """Anything but a plain yes or no is refused: a slip of the pen must not send cookies unprotected."""
    text = str(env.str(name, "")).lower()
    if text not in YES + NO:
        raise ImproperlyConfigured(f"{name} is {text!r}. Write 1 or 0.")
    return text in YES


def database() -> dict[str, Any]:
    found: dict[str, Any] = env.db("DATABASE_URL", f"sqlite:///{VAR / 'certdash.sqlite3'}")
    if found.get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_URL names no database that certdash knows. Write postgres://user:password@host/name, "
            "or leave it out for a file in the folder of the data."
        )
    return found


def networks(name: str) -> list[str]:
    texts: list[str] = env.list(name, default=[])
    try:
        parse_networks(texts)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Write networks like 10.0.0.0/8,192.168.7.0/24.") from error
    return texts


def directories(name: str) -> dict[str, str]:
    """Addresses by what stands before the first equals sign."""
    found = {}
    for line in filter(None, map(str.strip, env.str(name, "").split(";"))):
        issuer, is_pair, address = line.partition("=")
        if not (is_pair and issuer.strip() and address.strip().startswith("https://")):
            raise ImproperlyConfigured(
                f"{name}: {line!r} is no authority. Write Let's Encrypt=https://acme-v02.api.letsencrypt.org/directory."
            )
        found[issuer.strip()] = address.strip()
    return found


def existing(name: str) -> str:
    """The path of a file, or nothing."""
    path = str(env.str(name, ""))
    if path and not Path(path).is_file():
        raise ImproperlyConfigured(f"{name} is {path}, and there is no such file.")
    return path


def secret_key() -> str:
    """The key of the environment, else one kept under var/ so that sessions survive a restart."""
    if key := str(env.str("SECRET_KEY", "")):
        return key
    kept = VAR / "secret_key"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(get_random_secret_key())
    return kept.read_text()
