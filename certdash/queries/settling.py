"""What would settle a verdict, in one sentence: the end of its reason, or what else its owner can do."""

from certdash.models import Verdict
from pins.verdict import Value

# Reasons end with what to do; these verdicts are settled, and what their reason tells is a fact.
SETTLED = {
    Value.READY: "Nothing: it connects now and next.",
    Value.UNPROTECTED: "Nothing is open: it connects unchecked. To protect it, ship a file with a rule in force for "
    "this host.",
}


# In a table that has the dates in columns of their own.
BRIEF = {
    "expired": "Install a renewed certificate.",
    "too_few_distinct_pins": "Add a second, different pin and release.",
}
SHORTER = ((" that fits it today.", " that fits now."), (" that fits it", " that fits next"))
DATED = (
    (" and ship a release by ", " and release."),
    (" and ship a release at once: ", ", release, and force the update."),
)
IN_BETWEEN = "Ship a file whose pins end after the rotation, or never."


def settles(row: Verdict) -> str:
    if row.reason_code == "expiry_depends_on_time_zone":
        return IN_BETWEEN
    return SETTLED.get(Value(row.value)) or last_sentence(row.reason)


def settles_briefly(reason_code: str, reason: str) -> str:
    """Without the last safe day, which stands beside it."""
    text = BRIEF.get(reason_code) or last_sentence(reason)
    for tail, end in DATED:
        before, found, _ = text.partition(tail)
        text = f"{before}{end}" if found else text
    for words, shorter in SHORTER:
        text = text.replace(words, shorter)
    return text


def last_sentence(reason: str) -> str:
    """A reason says what, so what, what to do, in this order: the last sentence is what settles it."""
    sentences = [part.strip() for part in reason.replace("? ", "?. ").split(". ") if part.strip()]
    return f"{sentences[-1].rstrip('.')}." if sentences else ""
