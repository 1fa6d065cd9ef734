"""The forms about getting in and about one's own account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from application.accounts.answer_recovery import AnswerRecoveryCommand
from application.accounts.callers import Scope
from application.accounts.change_password import ChangePasswordCommand
from application.accounts.change_question import ChangeQuestionCommand
from application.accounts.log_in import LogInCommand
from application.accounts.make_token import MakeTokenCommand
from application.accounts.register_account import RegisterAccountCommand
from application.accounts.update_account import UpdateAccountCommand
from application.accounts.views import AccountView
from domain.accounts import SECURITY_QUESTIONS, Preferences, Role, Theme
from interfaces.web.forms.form import Form, Reading

ROLES = {"client": Role.CLIENT, "consultant": Role.CONSULTANT}
LIVES = {str(days): timedelta(days=days) for days in (7, 30, 90, 365)}
"""How long a token may live, by days."""


class ProvenForm(Form):
    """A form for somebody who gave the password a moment ago; others give it in the form."""

    SECRET = frozenset({"current_password"})
    FIELD_OF: ClassVar = {"proof_needed": "current_password", "wrong_current_password": "current_password"}


class RegistrationForm(Form):
    """Open an account."""

    FIELDS = (
        "role",
        "first_name",
        "last_name",
        "username",
        "email",
        "phone_number",
        "password",
        "security_question",
        "security_answer",
        "next",
    )
    SECRET = frozenset({"password", "security_answer"})
    FIELD_OF: ClassVar = {"username_taken": "username", "email_taken": "email"}

    def command(self) -> RegisterAccountCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        role = read.choice("role", ROLES, "Choose whether you look for advice or give it.")
        question = read.choice("security_question", SECURITY_QUESTIONS, "Pick a question from the list.")
        values = {
            "first_name": read.text("first_name", "Enter your first name."),
            "last_name": read.text("last_name", "Enter your last name."),
            "username": read.text("username", "Choose a username."),
            "email": read.text("email", "Enter your e-mail address."),
            "password": read.secret("password", "Choose a password."),
            "security_answer": read.secret("security_answer", "Enter your answer."),
        }
        phone_number = read.text("phone_number") or None
        read.done()
        return RegisterAccountCommand(
            role=ROLES[role], security_question=question, phone_number=phone_number, **values
        )


class LogInForm(Form):
    """Begin a session."""

    FIELDS = ("identifier", "password", "next", "kept")
    SECRET = frozenset({"password"})

    def command(
        self, *, address: str, user_agent: str, replaces: bytes | None, browser: str | None
    ) -> LogInCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        identifier = read.text("identifier", "Enter your username or e-mail address.")
        password = read.secret("password", "Enter your password.")
        read.done()
        return LogInCommand(
            identifier=identifier,
            password=password,
            address=address,
            user_agent=user_agent,
            replaces=replaces,
            browser=browser,
        )


class AccountForm(ProvenForm):
    """Change names, e-mail address and phone number."""

    FIELDS = ("first_name", "last_name", "email", "phone_number", "current_password", "version")
    FIELD_OF: ClassVar = {**ProvenForm.FIELD_OF, "email_taken": "email"}

    @classmethod
    def of(cls, account: AccountView) -> AccountForm:
        """Filled with what is stored."""
        return cls(
            {
                "first_name": account.first_name,
                "last_name": account.last_name,
                "email": account.email,
                "phone_number": account.phone_number or "",
                "version": str(account.version),
            }
        )

    def command(self) -> UpdateAccountCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        command = UpdateAccountCommand(
            first_name=read.text("first_name", "Enter your first name."),
            last_name=read.text("last_name", "Enter your last name."),
            email=read.text("email", "Enter your e-mail address."),
            phone_number=read.text("phone_number"),
            expected_version=read.whole_number("version", "Load this page again."),
        )
        read.done()
        return command


class PasswordForm(Form):
    """Change the password."""

    FIELDS = ("current_password", "new_password", "repeated_password")
    SECRET = frozenset(FIELDS)
    FIELD_OF: ClassVar = {"password": "new_password", "wrong_current_password": "current_password"}

    def command(self, *, user_agent: str, address: str) -> ChangePasswordCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        current_password = read.secret("current_password", "Enter your current password.")
        new_password = read_new_password(read, self.typed)
        read.done()
        return ChangePasswordCommand(
            current_password=current_password, new_password=new_password, user_agent=user_agent, address=address
        )


class IdentifierForm(Form):
    """First step of a recovery: whose account."""

    FIELDS = ("identifier",)

    def identifier(self) -> str:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        identifier = read.text("identifier", "Enter your username or e-mail address.")
        read.done()
        return identifier


class RecoveryForm(Form):
    """Second step of a recovery: both ways to show that it is oneself stand in one page."""

    FIELDS = ("recovery_code", "question", "answer")
    SECRET = frozenset({"recovery_code", "answer"})


class CodeForm(RecoveryForm):
    """A recovery code."""

    def command(self, recovery_id: UUID, address: str) -> AnswerRecoveryCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        code = read.secret("recovery_code", "Enter one of your recovery codes.")
        read.done()
        return AnswerRecoveryCommand(recovery_id=recovery_id, recovery_code=code, address=address)


class AnswerForm(RecoveryForm):
    """The question and its answer."""

    def command(self, recovery_id: UUID, address: str) -> AnswerRecoveryCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        question = read.choice("question", SECURITY_QUESTIONS, "Pick your question from the list.")
        answer = read.secret("answer", "Enter your answer.")
        read.done()
        return AnswerRecoveryCommand(recovery_id=recovery_id, question=question, answer=answer, address=address)


class NewPasswordForm(Form):
    """Last step of a recovery: the new password."""

    FIELDS = ("new_password", "repeated_password")
    SECRET = frozenset(FIELDS)
    FIELD_OF: ClassVar = {"password": "new_password"}

    def new_password(self) -> str:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        password = read_new_password(read, self.typed)
        read.done()
        return password


def read_new_password(read: Reading, typed: Mapping[str, str]) -> str:
    """A password that was typed twice."""
    password = read.secret("new_password", "Choose a new password.")
    is_repeated = password == typed.get("repeated_password", "")
    read.check.require(
        is_repeated or not password, "repeated_password", "Type the new password again: the two differ."
    )
    return password


class QuestionForm(ProvenForm):
    """Another security question."""

    FIELDS = ("security_question", "security_answer", "current_password")
    SECRET = ProvenForm.SECRET | {"security_answer"}

    def command(self) -> ChangeQuestionCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        question = read.choice("security_question", SECURITY_QUESTIONS, "Pick a question from the list.")
        answer = read.secret("security_answer", "Enter your answer.")
        read.done()
        return ChangeQuestionCommand(security_question=question, security_answer=answer)


class PasswordAloneForm(ProvenForm):
    """A step that asks for nothing but the password."""

    FIELDS = ("current_password",)


class TokenForm(ProvenForm):
    """A new bearer token."""

    FIELDS = ("name", "may_read", "may_write", "life", "current_password")

    def command(self) -> MakeTokenCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        name = read.text("name", "Enter a name to recognise the token by.", longest=80)
        scopes = {Scope.READ: self.typed.get("may_read"), Scope.WRITE: self.typed.get("may_write")}
        chosen = tuple(scope.value for scope, is_chosen in scopes.items() if is_chosen)
        read.check.require(bool(chosen), "may_read", "Choose what the token may be used for.")
        life = read.choice("life", LIVES, "Choose how long the token lives.")
        read.done()
        return MakeTokenCommand(name=name, scopes=chosen, life=LIVES[life])


class PreferencesForm(Form):
    """How pages speak and look. Without a time zone, and where `OPEN` is chosen, it is up to the device."""

    FIELDS = ("time_zone", "clock", "theme", "language")
    OPEN = "open"
    CLOCKS: ClassVar[Mapping[str, bool | None]] = {OPEN: None, "12": False, "24": True}

    @classmethod
    def of(cls, preferences: Preferences) -> PreferencesForm:
        """Filled with what is stored."""
        clock = next(name for name, is_long in cls.CLOCKS.items() if is_long is preferences.has_long_day)
        return cls(
            {
                "time_zone": preferences.time_zone or "",
                "clock": clock,
                "theme": preferences.theme or cls.OPEN,
                "language": preferences.language or cls.OPEN,
            }
        )

    def preferences(self) -> Preferences:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        clock = read.choice("clock", self.CLOCKS, "Choose how the hours of the day are written.")
        theme = read.choice("theme", {self.OPEN, *Theme}, "Choose a theme from the list.")
        time_zone, language = read.text("time_zone"), read.text("language")
        read.done()
        return Preferences(
            time_zone=time_zone or None,
            has_long_day=self.CLOCKS[clock],
            theme=None if theme == self.OPEN else Theme(theme),
            language=None if language == self.OPEN else language,
        )


class ErasureForm(ProvenForm):
    """Delete the account."""

    FIELDS = ("understood", "current_password")

    def password(self) -> str:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        read.choice("understood", {"yes"}, "Tick the box to say that you know what will be deleted.")
        password = read.secret("current_password", "Enter your current password.")
        read.done()
        return password
