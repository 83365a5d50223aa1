"""The address of the first page."""

from django.urls import path

from qunjian_console.overview.views import today

app_name = "overview"
urlpatterns = [path("", today.show, name="today")]
