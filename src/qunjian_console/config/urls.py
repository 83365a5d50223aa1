"""The addresses of the console, gathered from its apps; each route has a row in the policy table."""

from django.urls import include, path

urlpatterns = [
    path("", include("qunjian_console.overview.urls")),
    path("", include("qunjian_console.frame.urls")),
    path("", include("qunjian_console.accounts.urls")),
    path("", include("qunjian_console.communities.urls")),
    path("audit/", include("qunjian_console.audit.urls")),
    path("standards/", include("qunjian_console.standards.urls")),
    path("import/", include("qunjian_console.ingest.urls")),
    path("jobs/", include("qunjian_console.jobs.urls")),
    path("inspections/", include("qunjian_console.inspections.urls")),
    path("messages/", include("qunjian_console.messages.urls")),
    path("reports/", include("qunjian_console.reports.urls")),
    path("reviews/", include("qunjian_console.reviews.urls")),
    path("workspace/", include("qunjian_console.workspace.urls")),
]

handler400 = "qunjian_console.frame.views.bad_request"
handler403 = "qunjian_console.frame.views.forbidden"
handler404 = "qunjian_console.frame.views.not_found"
handler500 = "qunjian_console.frame.views.failed"
