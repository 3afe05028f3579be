"""What a line of the log may not show: addresses that let somebody in."""

import logging
import re

# The link of an invitation sets a password; that of a calendar shows what its user sees.
SECRET = re.compile(r"(/welcome/|/calendar/)[^\s/]+(?:/[^\s/]+)?")


class WithoutSecrets(logging.Formatter):
    """Also inside a traceback, whose last line may quote an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1…", super().format(record))
