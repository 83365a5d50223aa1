"""What the pages of accounts ask for, and how it is checked."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from qunjian_console.accounts.models import User, plain_name
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say
from qunjian_console.policy.roles import Role

_USERNAME = re.compile(r"[\w.@+-]{2,80}")


def _password(label: str, *, new: bool = False) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"})
    return forms.CharField(label=label, strip=False, max_length=256, widget=widget)


class SignInForm(FramedForm):
    """Name and password."""

    username = forms.CharField(
        label=say("用户名", "User name"), max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )  # fmt: skip
    password = _password(say("密码", "Password"))


class CodeForm(FramedForm):
    """The code of an authenticator app, or a recovery code."""

    code = forms.CharField(
        label=say("验证码或恢复码", "Code, or a recovery code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )  # fmt: skip


class NewPasswordForm(FramedForm):
    """A new password, twice, under the rules."""

    password = _password(say("新密码", "New password"), new=True)
    again = _password(say("再输入一次", "The same again"), new=True)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = say(
            "至少 10 个字符，不能全是数字或常见密码。", "At least 10 characters; not digits alone, no common password."
        )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", say("两次输入不一样", "The two differ"))
        elif password:
            about = self.user or User(username=given.get("username", ""), name=given.get("name", ""))
            try:
                validate_password(password, about)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class PasswordForm(NewPasswordForm):
    """The present password, then the new one."""

    present = _password(say("现在的密码", "Present password"))
    field_order = ("present", "password", "again")

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if self.user is None or not self.user.check_password(present):
            raise ValidationError(say("密码不对", "The password is wrong"))
        return present


class NewAccountForm(NewPasswordForm):
    """Who somebody is, and their first password."""

    name = forms.CharField(label=say("姓名", "Name"), max_length=80)
    username = forms.CharField(
        label=say("用户名", "User name"), max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        help_text=say("登录用；字母、汉字、数字和 . _ @ + -", "To sign in with: letters, digits and . _ @ + -"),
    )  # fmt: skip
    field_order: tuple[str, ...] = ("name", "username", "password", "again")

    def clean_username(self) -> str:
        username = plain_name(self.cleaned_data["username"])
        if not _USERNAME.fullmatch(username):
            raise ValidationError(
                say("只能用字母、汉字、数字和 . _ @ + -，至少两个", "Letters, digits and . _ @ + - only, at least two")
            )
        if User.objects.filter(username=username).exists():
            raise ValidationError(say("这个用户名已有人用", "Somebody has this user name already"))
        return username


class ScopeForm(FramedForm):
    """Role and scope."""

    role = forms.ChoiceField(label=say("角色", "Role"), choices=Role.choices)
    everywhere = forms.BooleanField(label=say("可以看全部社群", "May see all communities"), required=False)
    communities = forms.MultipleChoiceField(
        label=say("或只看这些社群", "Or only these communities"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, communities: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["communities"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (tells the type checker)
        field.choices = [(each, name or each) for each, name in communities.items()]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("everywhere") or given.get("role") == Role.OWNER:
            given["everywhere"], given["communities"] = True, []
        elif not given.get("communities"):
            self.add_error("communities", say("请选择社群，或勾选全部", "Choose communities, or tick all"))
        return given


class InviteForm(ScopeForm):
    """Whom to invite, as what."""

    name = forms.CharField(label=say("姓名", "Name"), max_length=80)
    field_order = ("name", "role", "everywhere", "communities")
