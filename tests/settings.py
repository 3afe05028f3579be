"""The product's settings, kept away from the data of whoever runs the tests."""

import os
from pathlib import Path

os.environ["CERTDASH_VAR"] = str(Path(__file__).parent.parent / ".pytest_cache" / "var")
os.environ["SECRET_KEY"] = "of the tests, of no other use, and long enough that no check warns"
os.environ["BROKER_URL"] = "memory://"

from certdash.settings import *  # noqa: F403

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests render pages without a collected folder of static files.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# What a test has just changed is counted.
KEEP_FIGURES = False
