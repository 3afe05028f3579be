"""Every URL of the product: each area's module brings its own."""

from django.urls import URLPattern, URLResolver

from certdash.views import health, session, styleguide

handler404 = "certdash.views.session.not_found"
handler403 = "certdash.views.session.forbidden"

urlpatterns: list[URLPattern | URLResolver] = [
    *health.urlpatterns,
    *session.urlpatterns,
    *styleguide.urlpatterns,
]
