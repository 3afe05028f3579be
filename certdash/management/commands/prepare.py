"""Brings an installation up to date before it starts: tables, static files and, for the demo, the story."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Brings tables, static files and (with --story) the demo's story up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--story", action="store_true", help="seed the demo's story; what exists stays")

    def handle(self, *_: object, story: bool, **__: object) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        collect_static(Path(settings.STATIC_ROOT))
        if story:
            call_command("seed_demo")


def collect_static(target: Path) -> None:
    """Compressing every file takes seconds, so it is done again only when one changed."""
    stamp = target / ".collected"
    state = source_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=target.exists())
    target.mkdir(parents=True, exist_ok=True)
    stamp.write_text(state)


def source_state() -> str:
    """A hash over name, size and time of every static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
