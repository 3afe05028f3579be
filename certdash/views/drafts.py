"""An upload on its way from the preview to saving: it travels signed in the page, so nothing half is ever stored."""

import base64
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core import signing

from certdash.queries.uploads.drafts import About, Batch, Draft, Remark

LIFETIME = timedelta(hours=2)


def seal(batch: Batch, *, app_id: int, user_id: int) -> str:
    """Only this user can open it, and only for this app."""
    content = asdict(batch)
    for draft in content["drafts"]:
        draft["source"] = base64.b64encode(draft["source"]).decode()
    return signing.dumps(content, salt=_salt(app_id, user_id), compress=True)


def unseal(token: str, *, app_id: int, user_id: int) -> tuple[Batch, bool] | None:
    """The upload and whether it is still fresh; None for what this user did not get from the preview of this app."""
    salt = _salt(app_id, user_id)
    try:
        return _batch(signing.loads(token, salt=salt, max_age=LIFETIME)), True
    except signing.SignatureExpired:
        return _batch(signing.loads(token, salt=salt)), False
    except signing.BadSignature:
        return None


def _batch(content: dict[str, Any]) -> Batch:
    drafts = (
        Draft(**one | {"source": base64.b64decode(one["source"]), "clients": tuple(one["clients"])})
        for one in content["drafts"]
    )
    apps = tuple(About(**one) for one in content["apps"])
    remarks = (tuple(Remark(**one) for one in content[name]) for name in ("refused", "left_out", "problems"))
    return Batch(tuple(drafts), apps, *remarks)


def _salt(app_id: int, user_id: int) -> str:
    return f"certdash.upload.{app_id}.{user_id}"
