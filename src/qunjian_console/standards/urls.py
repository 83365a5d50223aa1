"""The addresses of standards."""

from django.urls import path

from qunjian_console.standards.views import (
    browsing,
    checking,
    drafts,
    from_message,
    grids,
    releases,
    rule_editing,
    sheets,
)  # fmt: skip

app_name = "standards"
_DRAFT = "drafts/<int:draft>/"
urlpatterns = [
    path("", browsing.show_list, name="list"),
    path("from/<str:ref>/", from_message.begin, name="rule-from"),
    path("from/<str:ref>/try/", from_message.attempt, name="rule-from-try"),
    path("reach/", from_message.reach, name="reach"),
    path("reach/<uuid:job>/", from_message.reached, name="reached"),
    path("releases/<int:release>/", releases.show, name="release"),
    path("releases/<int:release>/publish/", releases.publish, name="release-publish"),
    path("releases/<int:release>/send-back/", releases.send_back, name="release-return"),
    path("releases/<int:release>/told/", releases.tell, name="release-tell"),
    path("announcements/<int:release>/", releases.announcement, name="announcement"),
    path("announcements/<int:release>/read/", releases.know, name="announcement-read"),
    path(_DRAFT, drafts.show, name="draft"),
    path(f"{_DRAFT}publish/", releases.propose, name="propose"),
    path(f"{_DRAFT}backtest/", releases.backtest, name="draft-backtest"),
    path(f"{_DRAFT}history/", drafts.history, name="draft-history"),
    path(f"{_DRAFT}history/<int:number>/restore/", drafts.restore, name="draft-restore"),
    path(f"{_DRAFT}discard/", drafts.discard, name="draft-discard"),
    path(f"{_DRAFT}about/", drafts.about, name="draft-about"),
    path(f"{_DRAFT}rules/", grids.rules, name="draft-rules"),
    path(f"{_DRAFT}targets/", grids.targets, name="draft-targets"),
    path(f"{_DRAFT}scorecard/", grids.scorecard, name="draft-scorecard"),
    path(f"{_DRAFT}sheet/", sheets.export, name="draft-sheet"),
    path(f"{_DRAFT}sheet/take-back/", sheets.take_back, name="draft-sheet-in"),
    path(f"{_DRAFT}rules/new/", rule_editing.new, name="rule-new"),
    path(f"{_DRAFT}rules/<str:rule>/", rule_editing.edit, name="rule-edit"),
    path(f"{_DRAFT}rules/<str:rule>/try/", rule_editing.attempt, name="rule-try"),
    path(f"{_DRAFT}rules/<str:rule>/remove/", rule_editing.remove, name="rule-remove"),
    path("<slug:origin>/<str:name>/", browsing.show, name="show"),
    path("<slug:origin>/<str:name>/copy/", drafts.copy, name="copy"),
    path("<slug:origin>/<str:name>/rules/<str:rule>/", browsing.rule, name="rule"),
    path("<slug:origin>/<str:name>/check/", checking.check, name="check"),
]
