"""What each settings list says first, with its own numbers."""

from collections.abc import Collection

from certdash.queries.formatting import counted


def of_customers(count: int) -> str:
    if not count:
        return "No customer is registered yet. Each is seen only by its own members and the platform."
    return f"{counted(count, 'customer')}, seen only by their own members and the platform; a name leads to its report."


def of_platform_domains(endpoints: Collection[int]) -> str:
    """`endpoints` holds how many are below each domain."""
    below = sum(endpoints)
    if not below:
        return "Every host below a platform domain serves a certificate that you own and rotate for all of them."
    verb = "serves" if below == 1 else "serve"
    where = counted(len(endpoints), "platform domain")
    return f"{counted(below, 'host')} below {where} {verb} a certificate that you own and rotate for all of them."


def of_trust_stores(in_scope: int, total: int) -> str:
    if not in_scope:
        return "No trust store is in scope, so no verdict can be decided. Add one, or put one into scope."
    return (
        f"Verdicts are decided on {in_scope} of {counted(total, 'trust store')}: devices differ in what they believe."
    )


def of_backup_keys(count: int) -> str:
    if not count:
        return "A registered backup key turns an unknown pin into the known key of your next certificate."
    verb = "turns" if count == 1 else "turn"
    return f"{counted(count, 'backup key')} {verb} an unknown pin into the known key of your next certificate."


def of_members(total: int, everywhere: int) -> str:
    """`everywhere` of them have one of the two platform roles."""
    if not everywhere:
        return f"{counted(total, 'member')}, who see their own customer alone."
    verb = "sees" if everywhere == 1 else "see"
    rest = total - everywhere
    if not rest:
        return f"{counted(total, 'member')}, who {verb} every customer. Members of a customer see that one alone."
    own = "sees their own customer" if rest == 1 else "see their own customer"
    return f"{counted(total, 'member')}: {everywhere} {verb} every customer, {rest} {own} alone."
