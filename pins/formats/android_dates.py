"""The date that Android's parser reads from an `expiration`, which is more than the documented form."""

import re
from datetime import date

# SimpleDateFormat("yyyy-MM-dd") with lenient off: blanks before each number, any number of digits, the rest is ignored
_DATE = re.compile(r"[ \t]*(\d{1,40})-[ \t]*(\d{1,40})-[ \t]*(\d{1,40})")
_USUAL = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LAST_YEAR = 292278994  # GregorianCalendar


def read_android_date(text: str) -> date | None:
    """None where Android throws. Years that Python cannot hold become the last day there is: the pins never end."""
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day = (int(number) for number in found.groups())
    if not 1 <= year <= _LAST_YEAR:
        return None
    try:
        read = date(year if year <= 9999 else 2000 + year % 400, month, day)
    except (ValueError, OverflowError):
        return None
    return read if year <= 9999 else date.max


def is_usual(text: str) -> bool:
    """Written so that every reader sees the same date."""
    return _USUAL.fullmatch(text) is not None
