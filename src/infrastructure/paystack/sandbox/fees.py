"""What Paystack keeps of a charge, and the smallest and largest sums that it takes (all in subunits)."""

from dataclasses import dataclass

LARGEST_AMOUNT = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class CurrencyTerms:
    """Terms of local payments in one currency.

    `hundredths_of_percent`: 150 is 1.5 %. `flat` is added from
    `flat_from` upwards; `cap` limits the whole fee.
    """

    hundredths_of_percent: int
    minimum: int
    flat: int = 0
    flat_from: int = 0
    cap: int | None = None


TERMS: dict[str, CurrencyTerms] = {
    "NGN": CurrencyTerms(hundredths_of_percent=150, minimum=5_000, flat=10_000, flat_from=250_000, cap=200_000),
    "USD": CurrencyTerms(hundredths_of_percent=390, minimum=200),
    "GHS": CurrencyTerms(hundredths_of_percent=195, minimum=10),
    "ZAR": CurrencyTerms(hundredths_of_percent=290, minimum=100, flat=100),
    "KES": CurrencyTerms(hundredths_of_percent=290, minimum=300),
    "XOF": CurrencyTerms(hundredths_of_percent=320, minimum=100),
}


def transaction_fee(amount: int, currency: str) -> int:
    """Return the fee of a successful charge; percentages are rounded up to the next subunit."""
    terms = TERMS[currency]
    share = -(-amount * terms.hundredths_of_percent // 10_000)
    fee = share + (terms.flat if amount >= terms.flat_from else 0)
    return fee if terms.cap is None else min(fee, terms.cap)


_TRANSFER_FEES_NGN = ((500_000, 1_000), (5_000_000, 2_500))
_LARGEST_TRANSFER_FEE_NGN = 5_000
_TRANSFER_FEES = {"GHS": 800, "ZAR": 300, "KES": 2_000}


def transfer_fee(amount: int, currency: str) -> int:
    """Return the fee of a transfer: in naira 10 up to 5,000, 25 up to 50,000, then 50; one price elsewhere."""
    if currency != "NGN":
        return _TRANSFER_FEES.get(currency, 0)
    return next((fee for limit, fee in _TRANSFER_FEES_NGN if amount <= limit), _LARGEST_TRANSFER_FEE_NGN)
