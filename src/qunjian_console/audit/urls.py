"""The addresses of the audit log."""

from django.urls import path

from qunjian_console.audit.views import log

app_name = "audit"
urlpatterns = [path("", log.show, name="log")]
