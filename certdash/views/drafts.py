"""A pin file on its way from the preview to saving: it travels signed in the page, so nothing half is ever stored."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

LIFETIME = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Draft:
    """The bytes as they came; `format` is the dialect that they were read as."""

    source: bytes
    file_name: str
    format: str


def seal(draft: Draft, *, app_id: int, user_id: int) -> str:
    """Only this user can open it, and only for this app."""
    content = {
        "source": base64.b64encode(draft.source).decode(),
        "file_name": draft.file_name,
        "format": draft.format,
    }
    return signing.dumps(content, salt=_salt(app_id, user_id), compress=True)


def unseal(token: str, *, app_id: int, user_id: int) -> tuple[Draft, bool] | None:
    """The draft and whether it is still fresh; None for what this user did not get from the preview of this app."""
    salt = _salt(app_id, user_id)
    try:
        return _draft(signing.loads(token, salt=salt, max_age=LIFETIME)), True
    except signing.SignatureExpired:
        return _draft(signing.loads(token, salt=salt)), False
    except signing.BadSignature:
        return None


def _draft(content: dict[str, str]) -> Draft:
    return Draft(base64.b64decode(content["source"]), content["file_name"], content["format"])


def _salt(app_id: int, user_id: int) -> str:
    return f"certdash.upload.{app_id}.{user_id}"
