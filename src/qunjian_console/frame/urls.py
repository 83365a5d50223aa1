"""The addresses of the frame."""

from django.urls import path

from qunjian_console.frame import views

app_name = "frame"
urlpatterns = [
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("health/", views.health, name="health"),
]
