"""The addresses of messages."""

from django.urls import path

from qunjian_console.messages.views import around, search

app_name = "messages"
urlpatterns = [
    path("", search.show, name="search"),
    path("around/<str:ref>/", around.show, name="around"),
]
