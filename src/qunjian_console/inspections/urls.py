"""The addresses of inspections."""

from django.urls import path

from qunjian_console.inspections.views import exporting, findings, keeping, runs, schedules, silences

app_name = "inspections"
urlpatterns = [
    path("", runs.show_list, name="list"),
    path("run/<str:run>/", runs.show, name="run"),
    path("compare/", runs.compare, name="compare"),
    path("start/", runs.start, name="start"),
    path("schedule/", schedules.add, name="schedule"),
    path("schedule/<int:schedule>/pause/", schedules.pause, name="schedule-pause"),
    path("schedule/<int:schedule>/resume/", schedules.resume, name="schedule-resume"),
    path("schedule/<int:schedule>/end/", schedules.end, name="schedule-end"),
    path("findings/", findings.show_list, name="findings"),
    path("findings/export/", exporting.download, name="export"),
    path("findings/keep/", keeping.keep, name="keep"),
    path("findings/drop/<int:view>/", keeping.drop, name="drop"),
    path("findings/<str:ref>/", findings.show, name="finding"),
    path("silences/", silences.show_list, name="silences"),
    path("silences/add/", silences.add, name="silence"),
    path("silences/<int:silence>/undo/", silences.undo, name="unsilence"),
]
