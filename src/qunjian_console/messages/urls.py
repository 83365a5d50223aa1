"""The addresses of messages."""

from django.urls import path

from qunjian_console.messages.views import around

app_name = "messages"
urlpatterns = [path("around/<str:ref>/", around.show, name="around")]
