"""The addresses of the workspace."""

from django.urls import path

from qunjian_console.workspace.views import settings, starting

app_name = "workspace"
urlpatterns = [
    path("start/", starting.start, name="start"),
    path("demo/", starting.demo, name="demo"),
    path("settings/", settings.show, name="settings"),
    path("verify-audit/", settings.verify_audit, name="verify-audit"),
]
