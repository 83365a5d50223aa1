"""The addresses of reviews."""

from django.urls import path

from qunjian_console.reviews.views import appeals, deciding, linking, mine, planning, working

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
    path("mine/", mine.show, name="mine"),
    path("mine/<str:finding>/", mine.finding, name="mine-finding"),
    path("items/<int:item>/appeal/", mine.appeal, name="appeal"),
    path("appeals/", appeals.show_list, name="appeals"),
    path("appeals/<int:appeal>/", appeals.decide, name="appeal-decide"),
    path("appeals/<int:appeal>/withdraw/", mine.withdraw, name="appeal-withdraw"),
    path("appeals/<int:appeal>/final/", mine.final, name="appeal-final"),
    path("attachments/<int:attachment>/", appeals.attachment, name="attachment"),
    path("items/<int:item>/", deciding.show, name="item"),
    path("items/<int:item>/judge/", deciding.judge, name="judge"),
    path("items/<int:item>/skip/", deciding.skip, name="skip"),
    path("items/<int:item>/undo/", deciding.undo, name="undo"),
    path("items/<int:item>/draft/", deciding.draft, name="draft"),
]
