"""The addresses of standards."""

from django.urls import path

from qunjian_console.standards.views import browsing, checking

app_name = "standards"
urlpatterns = [
    path("", browsing.show_list, name="list"),
    path("<slug:origin>/<str:name>/", browsing.show, name="show"),
    path("<slug:origin>/<str:name>/rules/<str:rule>/", browsing.rule, name="rule"),
    path("<slug:origin>/<str:name>/check/", checking.check, name="check"),
]
