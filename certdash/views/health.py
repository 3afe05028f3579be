"""The health check of containers and of the parent process: the web answers and reaches its database."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """Open to everyone and says nothing but "ok": whoever asks learns no more than that the site is up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [path("healthz", healthz, name="healthz")]
