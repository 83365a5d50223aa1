"""The addresses of reports."""

from django.urls import path

from qunjian_console.reports.views import archive, building, schedules

app_name = "reports"
urlpatterns = [
    path("", archive.show_list, name="list"),
    path("build/", building.build, name="build"),
    path("pack/", building.pack, name="pack"),
    path("build/<uuid:job>/", building.building, name="building"),
    path("build/<uuid:job>/cancel/", building.cancel, name="cancel"),
    path("build/<uuid:job>/retry/", building.retry, name="retry"),
    path("schedules/", schedules.show, name="schedules"),
    path("schedules/<int:schedule>/pause/", schedules.pause, name="pause"),
    path("schedules/<int:schedule>/resume/", schedules.resume, name="resume"),
    path("schedules/<int:schedule>/catch-up/", schedules.catch_up, name="catch-up"),
    path("schedules/<int:schedule>/end/", schedules.end, name="unschedule"),
    path("<uuid:report>/", archive.show, name="report"),
    path("<uuid:report>/view/", archive.view, name="view"),
    path("<uuid:report>/download/<slug:form>/", archive.download, name="download"),
    path("<uuid:report>/draw/", archive.draw, name="draw"),
    path("<uuid:report>/erase/", archive.erase, name="erase"),
]
