"""The chains that the pin files of these tests are checked against, and how a test runs the check."""

from collections.abc import Callable

from tests.pki import Authority

ROOT, OTHER_ROOT = Authority.root("Root"), Authority.root("Other root")
ISSUING = ROOT.authority("Issuing")
LEAF, NEXT = ISSUING.leaf("*.cloud.example"), ISSUING.leaf("*.cloud.example")

Run = Callable[..., tuple[int, str, str]]
