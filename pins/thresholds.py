"""When something is worth telling, as pure rules: verdicts that got worse, dates that come close, surprises."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pins.chains import STEPS
from pins.conclusion import Value

ALARMING = frozenset({Value.FAILING, Value.WILL_FAIL, Value.AT_RISK})
DAYS_BEFORE = (1, 7, 14)
PASSED = 0


def is_alarm(before: Value, after: Value) -> bool:
    """Whether going from one verdict to the other is worth a word: what gets better, or merely unknown, is not."""
    return after in ALARMING and after.badness < before.badness


def expiry_step(not_before: datetime, not_after: datetime, instant: datetime) -> int | None:
    """3, 6 or 12 where at most that part of the lifetime is left; the last one also beyond the end."""
    lifetime, left = not_after - not_before + timedelta(seconds=1), not_after - instant
    return next((divisor for divisor, _, _ in STEPS if left * divisor <= lifetime), None)


def ship_by_step(ship_by: date, today: date) -> int | None:
    """14, 7 or 1 where at most so many days are left, the day itself among them; PASSED behind it."""
    left = (ship_by - today).days
    if left < 0:
        return PASSED
    return next((days for days in DAYS_BEFORE if left <= days), None)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What was known of a rotation before it began. Hashes are empty where nothing was announced."""

    spki_sha256: str
    certificate_sha256: str
    window_start: datetime | None
    is_platform_owned: bool

    @property
    def is_announced(self) -> bool:
        return bool(self.spki_sha256 or self.certificate_sha256)


def surprise(foreseen: Foreseen, spki_sha256: str, certificate_sha256: str, began_at: datetime) -> str:
    """`unannounced`, `another_certificate` or `early`; empty when the rotation is as expected.

    An owner renews a custom domain without telling anybody: inside the window that is what was expected of them.
    """
    if not foreseen.is_announced:
        if foreseen.is_platform_owned:
            return "unannounced"
    elif foreseen.spki_sha256 != spki_sha256 and foreseen.certificate_sha256 != certificate_sha256:
        return "another_certificate"
    is_early = foreseen.window_start is not None and began_at < foreseen.window_start
    return "early" if is_early else ""
