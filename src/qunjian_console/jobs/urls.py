"""The addresses of jobs."""

from django.urls import path

from qunjian_console.jobs.views import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.show_list, name="list"),
    path("<uuid:job>/", jobs.show, name="job"),
    path("<uuid:job>/cancel/", jobs.cancel, name="cancel"),
    path("<uuid:job>/retry/", jobs.retry, name="retry"),
]
