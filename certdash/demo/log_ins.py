"""Who can log in to the demo: one person per role, all with one password."""

from dataclasses import dataclass

PASSWORD = "certdash-demo"  # noqa: S105  # printed at every start: the demo listens on loopback only


@dataclass(frozen=True, slots=True)
class LogIn:
    """`role` is a value of `certdash.models.Role`; the story decides which customer the last three belong to."""

    role: str
    email: str
    name: str


LOG_INS = (
    LogIn("platform_admin", "admin@platform.example", "Ada Ferreira"),
    LogIn("platform_manager", "manager@platform.example", "Paul Okafor"),
    LogIn("customer_admin", "admin@customer.example", "Clara Lindqvist"),
    LogIn("app_owner", "owner@customer.example", "Omar Haddad"),
    LogIn("manager", "manager@customer.example", "Maria Rossi"),
)
