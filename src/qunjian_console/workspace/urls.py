"""The addresses of the workspace."""

from django.urls import path

from qunjian_console.workspace.views import backups, settings, starting

app_name = "workspace"
urlpatterns = [
    path("start/", starting.start, name="start"),
    path("demo/", starting.demo, name="demo"),
    path("settings/", settings.show, name="settings"),
    path("backups/", backups.show, name="backups"),
    path("backups/now/", backups.make, name="backup-now"),
    path("backups/keys/", backups.keys, name="backup-keys"),
    path("backups/<str:name>/check/", backups.check, name="backup-check"),
    path("backups/<str:name>/download/", backups.download, name="backup-download"),
    path("verify-audit/", settings.verify_audit, name="verify-audit"),
]
