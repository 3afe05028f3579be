"""WeasyPrint with our own style and fonts, and nothing from anywhere else."""

from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

# A name that nobody can have (RFC 2606 §2): what is below it comes from our static files, all else is refused.
BASE = "https://static.invalid/"
KINDS = {".css": "text/css", ".woff2": "font/woff2"}


class StaticFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Styles and fonts of certdash, from the disk; no scheme, host or folder besides them."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        path = urlsplit(url).path.lstrip("/")
        kind = KINDS.get(Path(path).suffix)
        found = finders.find(path) if url.startswith(BASE) and kind else None
        if not found or kind is None:
            raise ValueError(f"{url} is no file of certdash, so it is not loaded.")
        return URLFetcherResponse(url, Path(str(found)).read_bytes(), {"Content-Type": kind})


def write(html: str) -> bytes:
    """Tagged, so that a screen reader finds headings and tables in it (PDF/UA)."""
    written = HTML(string=html, base_url=BASE, url_fetcher=StaticFiles()).write_pdf(pdf_variant="pdf/ua-1")
    return written or b""
