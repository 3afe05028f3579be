"""The corrected form of a pin file that is not saved yet: for its preview, for its download, and to go on with."""

from dataclasses import replace

from certdash.queries.apps.corrected import Corrected, cases_of, usual_name, view_of
from certdash.queries.judging.previews import Candidate
from certdash.queries.uploads.drafts import Draft
from pins.corrected_file import CorrectedFile, Uncorrected, corrected_file

UNREAD = Uncorrected(
    "None of its hosts was read yet, so nobody knows which pins they need. Watch them, then preview again."
)


def correctable(candidate: Candidate, name: str) -> Corrected:
    """What changes line by line, or why nothing can be written."""
    return view_of(name, "", candidate.pinned[0].value.source, corrected_of(candidate))


def corrected_of(candidate: Candidate) -> CorrectedFile | Uncorrected:
    """Of the one pin set of this candidate."""
    (pinned,) = candidate.pinned
    pairs = [pair for pair in candidate.pairs if pair.endpoint_id is not None]
    cases = cases_of(pinned, pairs, candidate.loaded)
    return corrected_file(pinned.value, pinned.clients, cases) if cases else UNREAD


def file_name_of(draft: Draft) -> str:
    """Without the folder that it has in a built app; pasted text gets the name that its build looks for."""
    return draft.file_name.rpartition("/")[2] or usual_name(draft.format)


def as_draft(draft: Draft, found: CorrectedFile) -> Draft:
    return replace(draft, source=found.source, is_corrected=True)
