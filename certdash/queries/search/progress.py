"""Progress of work that the reader started, as a bar and a sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from certdash.drawing.scale import percent
from certdash.models import Progress
from certdash.queries.access import Access
from certdash.queries.formatting import address, number

# A worker takes a check within seconds.
TAKEN_WITHIN = timedelta(minutes=1)
NOT_TAKEN = (
    "No worker has begun yet. The hosts are due, and the next sweep reads them; if none comes, whoever runs certdash "
    "should see whether a worker is running."
)


@dataclass(frozen=True, slots=True)
class ProgressBar:
    pk: int
    title: str
    text: str
    done_width: str
    failed_x: str
    failed_width: str
    is_over: bool
    result: str
    url: str
    back_url: str


def own_progress(access: Access, pk: int, back_url: str, now: datetime) -> ProgressBar | None:
    """Only who started it may watch; `back_url` is the page that shows what changed."""
    progress = Progress.objects.filter(pk=pk, user=access.user_id).first()
    return bar_of(progress, back_url, now) if progress else None


def bar_of(progress: Progress, back_url: str, now: datetime) -> ProgressBar:
    is_waiting = progress.ended_at is None and not progress.done and now - progress.started_at > TAKEN_WITHIN
    done = 100 * progress.done / progress.total if progress.total else 100.0
    failed = 100 * min(progress.failed, progress.done) / progress.total if progress.total else 0.0
    unread = f", {number(progress.failed)} not readable" if progress.failed else ""
    return ProgressBar(
        pk=progress.pk,
        title=progress.title,
        text=f"{number(progress.done)} of {number(progress.total)}{unread}",
        done_width=percent(done),
        failed_x=percent(done - failed),
        failed_width=percent(failed),
        is_over=progress.ended_at is not None,
        result=NOT_TAKEN if is_waiting else progress.result,
        url=address("progress", progress.pk, back=back_url),
        back_url=back_url,
    )
