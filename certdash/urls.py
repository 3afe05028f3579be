"""Every URL of the product: each area's module brings its own."""

from django.urls import URLPattern, URLResolver

from certdash.views import (
    acknowledgements,
    activity,
    app_forms,
    apps,
    backup_keys,
    calendar,
    certificates,
    channels,
    customers,
    environment_forms,
    environments,
    findings,
    health,
    members,
    overview,
    platform_domains,
    preferences,
    progress,
    rotations,
    search,
    session,
    settings,
    simulate,
    styleguide,
    successors,
    trust_stores,
    upload,
    welcome,
)

handler400 = "certdash.views.session.refused"
handler404 = "certdash.views.session.not_found"
handler403 = "certdash.views.session.forbidden"

urlpatterns: list[URLPattern | URLResolver] = [
    *health.urlpatterns,
    *session.urlpatterns,
    *styleguide.urlpatterns,
    *overview.urlpatterns,
    *environments.urlpatterns,
    *environment_forms.urlpatterns,
    *apps.urlpatterns,
    *app_forms.urlpatterns,
    *upload.urlpatterns,
    *activity.urlpatterns,
    *certificates.urlpatterns,
    *findings.urlpatterns,
    *rotations.urlpatterns,
    *acknowledgements.urlpatterns,
    *successors.urlpatterns,
    *simulate.urlpatterns,
    *search.urlpatterns,
    *progress.urlpatterns,
    *settings.urlpatterns,
    *customers.urlpatterns,
    *platform_domains.urlpatterns,
    *trust_stores.urlpatterns,
    *backup_keys.urlpatterns,
    *members.urlpatterns,
    *channels.urlpatterns,
    *preferences.urlpatterns,
    *calendar.urlpatterns,
    *welcome.urlpatterns,
]
