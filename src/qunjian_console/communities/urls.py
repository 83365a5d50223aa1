"""The addresses of communities; an id may hold slashes, so it comes last."""

from django.urls import path

from qunjian_console.communities.views import people, sheets, standing

app_name = "communities"
urlpatterns = [
    path("communities/", standing.listed, name="list"),
    path("communities/register/", sheets.register, name="register"),
    path("communities/duty/", sheets.duty, name="duty"),
    path("communities/one/<path:community>", standing.one, name="community"),
    path("communities/roster/<path:community>", people.roster, name="roster"),
    path("communities/silent/<path:community>", people.silent, name="silent"),
]
