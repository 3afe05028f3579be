"""Every URL of the product."""

from django.urls import URLPattern, URLResolver

from certdash.views import health

urlpatterns: list[URLPattern | URLResolver] = [*health.urlpatterns]
