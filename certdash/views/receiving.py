"""Takes in the files of an upload: to the disk piece by piece, without a name, and never more than is allowed."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from certdash.forms.upload_files import is_app_name
from pins.reading import MAXIMUM_BYTES

MAXIMUM_FILES = 20
MAXIMUM_APP = 500 * 1024 * 1024
# An app, its form, and pin files beside it.
MAXIMUM_UPLOAD = MAXIMUM_APP + 32 * 1024 * 1024
IN_MEMORY = 256 * 1024
SILENCE_SECONDS = 30
"""How long a line may say nothing in the middle of an upload."""
AT_ONCE, AT_ONCE_EACH = 4, 2
"""Large uploads at the same time on this machine, and of one person; each holds a thread of the web."""
SPARE_BYTES = 1024**3


class Receiver(FileUploadHandler):
    """Keeps what may be read and counts the rest. The file has no name, so that it ends with the process that has it.

    `is_whole`: everything arrived that was announced; `is_cut`: a file began, and its end never came.
    """

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.is_whole = self._is_interrupted = False
        self._count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._count += 1
        if self._count > MAXIMUM_FILES:
            raise TooManyFilesSent
        self._limit = MAXIMUM_APP if is_app_name(self.file_name or "") else MAXIMUM_BYTES
        self.file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder()))  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= self._limit:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)

    def upload_interrupted(self) -> None:
        self._is_interrupted = True

    def upload_complete(self) -> None:
        self.is_whole = not self._is_interrupted

    @property
    def is_cut(self) -> bool:
        return self._count > 0 and not self.is_whole

    def drop_part(self) -> None:
        """Frees the disk of what came before the end of a broken line; whole files go with their request."""
        if self.is_cut:
            self.file.close()


def folder() -> Path:
    """Of this product alone, readable by nobody else."""
    found = Path(settings.VAR) / "uploads"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def is_room_for(size: int) -> bool:
    return shutil.disk_usage(folder()).free > size + SPARE_BYTES


@contextmanager
def turn(user_id: int) -> Iterator[bool]:
    """Whether a large upload of this person may begin. The locks end with the request, and with its process."""
    with ExitStack() as stack:
        own = _free(stack, [f"of-{user_id}-{number}" for number in range(AT_ONCE_EACH)])
        yield own and _free(stack, [f"turn-{number}" for number in range(AT_ONCE)])


def _free(stack: ExitStack, names: list[str]) -> bool:
    for name in names:
        lock = (folder() / name).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        stack.enter_context(lock)
        return True
    return False


@contextmanager
def patience(request: HttpRequest) -> Iterator[None]:
    """Gives up a line that went silent: the server itself would wait for it for ever, and a thread with it."""
    line = request.META.get("gunicorn.socket")
    if line is None:
        yield
        return
    before = line.gettimeout()
    line.settimeout(SILENCE_SECONDS)
    try:
        yield
    finally:
        line.settimeout(before)
