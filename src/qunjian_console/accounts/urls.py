"""The addresses of accounts."""

from django.urls import path

from qunjian_console.accounts.views import entering, people, self_service

app_name = "accounts"
urlpatterns = [
    path("sign-in/", entering.sign_in, name="sign-in"),
    path("sign-in/code/", entering.second_step, name="second-step"),
    path("sign-out/", entering.sign_out, name="sign-out"),
    path("join/<str:token>/", entering.accept, name="accept"),
    path("me/", self_service.me, name="me"),
    path("me/password/", self_service.password, name="password"),
    path("me/second-step/", self_service.second_factor, name="second-factor"),
    path("me/second-step/off/", self_service.second_factor_off, name="second-factor-off"),
    path("me/sessions/<int:visit>/end/", self_service.session_end, name="session-end"),
    path("users/", people.users, name="users"),
    path("users/invite/", people.invite, name="invite"),
    path("users/invitations/<int:invitation>/withdraw/", people.withdraw, name="invitation-withdraw"),
    path("users/<int:user>/", people.user, name="user"),
    path("users/<int:user>/disable/", people.disable, name="user-disable"),
    path("users/<int:user>/enable/", people.enable, name="user-enable"),
    path("users/<int:user>/password-link/", people.password_link, name="user-password-link"),
    path("users/<int:user>/second-step-off/", people.second_factor_off, name="user-second-factor-off"),
]
