"""The forms about getting in and about one's own account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from application.accounts.change_password import ChangePasswordCommand
from application.accounts.log_in import LogInCommand
from application.accounts.register_account import RegisterAccountCommand
from application.accounts.update_account import UpdateAccountCommand
from application.accounts.views import AccountView
from domain.accounts import SECURITY_QUESTIONS, Role
from interfaces.web.forms.form import Form, Reading

ROLES = {"client": Role.CLIENT, "consultant": Role.CONSULTANT}


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

    FIELDS = ("identifier", "password", "next")
    SECRET = frozenset({"password"})

    def command(self, *, address: str, user_agent: str, replaces: bytes | None) -> LogInCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        identifier = read.text("identifier", "Enter your username or e-mail address.")
        password = read.secret("password", "Enter your password.")
        read.done()
        return LogInCommand(
            identifier=identifier, password=password, address=address, user_agent=user_agent, replaces=replaces
        )


class AccountForm(Form):
    """Change names, e-mail address and phone number."""

    FIELDS = ("first_name", "last_name", "email", "phone_number", "version")
    FIELD_OF: ClassVar = {"email_taken": "email"}

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

    def command(self, *, user_agent: str) -> ChangePasswordCommand:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        current_password = read.secret("current_password", "Enter your current password.")
        new_password = read_new_password(read, self.typed)
        read.done()
        return ChangePasswordCommand(
            current_password=current_password, new_password=new_password, user_agent=user_agent
        )


class PictureForm(Form):
    """A new profile picture."""

    FIELDS = ("picture",)
    SECRET = frozenset(FIELDS)


class IdentifierForm(Form):
    """First step of a recovery: whose account."""

    FIELDS = ("identifier",)

    def identifier(self) -> str:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        identifier = read.text("identifier", "Enter your username or e-mail address.")
        read.done()
        return identifier


class AnswerForm(Form):
    """Second step of a recovery: the question and its answer."""

    FIELDS = ("question", "answer")
    SECRET = frozenset({"answer"})

    def question_and_answer(self) -> tuple[str, str]:
        """Raises `Invalid`."""
        read = Reading(self.typed)
        question = read.choice("question", SECURITY_QUESTIONS, "Pick your question from the list.")
        answer = read.secret("answer", "Enter your answer.")
        read.done()
        return question, answer


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
