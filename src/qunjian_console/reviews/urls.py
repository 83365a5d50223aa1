"""The addresses of reviews."""

from django.urls import path

from qunjian_console.reviews.views import deciding, linking, planning, working

app_name = "reviews"
urlpatterns = [
    path("", planning.show_list, name="list"),
    path("new/", planning.make, name="plan-new"),
    path("keys/", working.keys, name="keys"),
    path("people/", linking.links, name="links"),
    path("<int:plan>/", planning.show, name="plan"),
    path("<int:plan>/close/", planning.close, name="plan-close"),
    path("<int:plan>/work/", working.work, name="work"),
    path("<int:plan>/next/", working.more, name="next"),
    path("<int:plan>/leave/", working.leave, name="leave"),
    path("items/<int:item>/", deciding.show, name="item"),
    path("items/<int:item>/judge/", deciding.judge, name="judge"),
    path("items/<int:item>/skip/", deciding.skip, name="skip"),
    path("items/<int:item>/undo/", deciding.undo, name="undo"),
    path("items/<int:item>/draft/", deciding.draft, name="draft"),
]
