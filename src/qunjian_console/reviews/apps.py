"""The app of reviews."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.reviews"
    label = "reviews"
