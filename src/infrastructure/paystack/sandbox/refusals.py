"""Every refusal that the API knows, with the exact words that clients match on."""

import msgspec


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One error answer: HTTP status and error envelope.

    Where the code of a case is not published, `invalid_params` stands in for it.
    """

    status_code: int = 400
    message: str
    code: str = "invalid_params"
    type: str = "validation_error"
    next_step: str = "Ensure that all parameters passed are valid"

    def envelope(self) -> dict[str, object]:
        return {
            "status": False,
            "message": self.message,
            "meta": {"nextStep": self.next_step},
            "type": self.type,
            "code": self.code,
        }


class RequestRefusedError(Exception):
    """Ends a request with a refusal instead of an answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def refuse(message: str, code: str = "invalid_params") -> RequestRefusedError:
    """Make the plain kind of refusal: 400, validation error."""
    return RequestRefusedError(Refusal(message=message, code=code))


def duplicate_references(references: list[str]) -> Refusal:
    """Refuse many transfers at once because of some of their references."""
    return Refusal(
        status_code=404,
        message=f"Duplicate reference(s) found: {', '.join(references)}",
        code="unknown",
        type="api_error",
    )


def _key_refusal(message: str) -> Refusal:
    return Refusal(
        status_code=401,
        message=message,
        code="invalid_Key",
        next_step="Ensure that you provide the correct authorization key for the request",
    )


INVALID_KEY = _key_refusal("Invalid key")
MISSING_KEY = _key_refusal("No Authorization Header was found")
MALFORMED_KEY = _key_refusal("Format is Authorization Bearer [secret key]")

MISSING_EMAIL = Refusal(
    message="Email Address is required", code="missing_params", next_step="Provide all required params"
)
DUPLICATE_REFERENCE = Refusal(
    message="Duplicate Transaction Reference",
    code="duplicate_reference",
    next_step="Try and create the Transaction or Charge with a new reference",
)
UNKNOWN_REFERENCE = Refusal(
    message="Transaction reference not found.",
    code="transaction_not_found",
    next_step="Ensure that you're passing the reference of a transaction that exists on this integration",
)
UNKNOWN_TRANSACTION = Refusal(status_code=404, message="Transaction not found", code="transaction_not_found")
NO_TIMELINE = Refusal(status_code=404, message="Transaction ID or reference is invalid", code="not_found")
INVALID_AUTHORIZATION = Refusal(message="Authorization code is invalid")
UNKNOWN_REFUND = Refusal(status_code=404, message="Refund not found", code="not_found")
ID_NOT_NUMERIC = Refusal(message="Transaction ID should be numeric.")
TRANSACTION_REVERSED = Refusal(
    message="Transaction has been fully reversed", code="transaction_reversed", type="api_error"
)
INSUFFICIENT_BALANCE = Refusal(
    message="Insufficient balance to fulfill this refund. Please top up.",
    code="insufficient_balance",
    type="api_error",
)
REFUND_NEEDS_NOTHING = Refusal(
    status_code=422, message='Invalid Refund state, refund status should be "needs-attention"'
)
UNKNOWN_SUBACCOUNT = Refusal(status_code=404, message="Subaccount not found", code="not_found")
UNKNOWN_SPLIT = Refusal(status_code=404, message="Split not found", code="not_found")
UNKNOWN_RECIPIENT = Refusal(status_code=404, message="Transfer recipient not found", code="not_found")
INVALID_RECIPIENT = Refusal(message="Recipient specified is invalid", code="invalid_transfer_recipient")
UNKNOWN_TRANSFER = Refusal(status_code=404, message="Transfer not found", code="transfer_not_found")
INVALID_TRANSFER_CODE = Refusal(message="Transfer code is invalid")
DUPLICATE_TRANSFER_REFERENCE = Refusal(
    message="Please provide a unique reference. Reference already exists on a transfer",
    code="duplicate_transfer_reference",
    next_step="Create a new reference for the new transfer",
)
BALANCE_TOO_LOW = Refusal(
    message="Your balance is not enough to fulfill this request",
    code="balance_too_low",
    type="api_error",
    next_step="Top up your balance or reduce the amount",
)
TRANSFERS_UNAVAILABLE = Refusal(
    message="You cannot initiate third party payouts as a starter business",
    code="transfer_unavailable",
    type="api_error",
)
TOO_MANY_RESOLVES = Refusal(
    status_code=429,
    message="Test mode daily limit of 3 live bank resolves exceeded. "
    "Use test bank codes 001 or upgrade to live mode.",
    code="unknown",
    type="api_error",
)
UNKNOWN_DISPUTE = Refusal(status_code=404, message="Dispute not found", code="not_found")
RATE_LIMITED = Refusal(
    status_code=429,
    message="Rate limit exceeded!",
    code="rate_limited",
    type="api_error",
    next_step="Wait a few minutes and try the API call again",
)
UNKNOWN_ERROR = Refusal(
    status_code=500,
    message="An error occurred",
    code="unknown",
    type="api_error",
    next_step="Try again later",
)

BY_CODE: dict[str, Refusal] = {
    refusal.code: refusal
    for refusal in (
        INVALID_KEY,
        DUPLICATE_REFERENCE,
        UNKNOWN_REFERENCE,
        TRANSACTION_REVERSED,
        INSUFFICIENT_BALANCE,
        UNKNOWN_TRANSFER,
        INVALID_RECIPIENT,
        DUPLICATE_TRANSFER_REFERENCE,
        BALANCE_TOO_LOW,
        TRANSFERS_UNAVAILABLE,
        RATE_LIMITED,
        UNKNOWN_ERROR,
    )
}
