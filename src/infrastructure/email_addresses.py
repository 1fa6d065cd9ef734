"""What a well-formed e-mail address is."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from domain.refusals import Invalid

LONGEST = 254


def checked_email(email: str) -> str:
    """The address in its usual spelling. Raises `Invalid`; nothing is asked of the network."""
    try:
        return validate_email(
            email[: LONGEST + 1].strip(), check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError as fault:
        raise Invalid.field("email", "Enter an e-mail address such as ada@example.com.") from fault
