"""What a consultant's earning is made of."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = 10_000
"""Basis points: hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Commission:
    """The platform's share of a price, in basis points. It covers what Paystack keeps of the charge."""

    basis_points: int

    def of(self, amount: int) -> int:
        """Of so many subunits; a broken subunit is the consultant's."""
        return amount * self.basis_points // WHOLE


NO_COMMISSION = Commission(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How what is kept of a charge is divided, in subunits. `added_fees` is what the payer paid above the price,
    where the business lets its payers bear Paystack's fee.
    """

    consultant: int
    commission: int
    added_fees: int

    @classmethod
    def of(cls, kept: int, *, price: int, commission: Commission) -> Shares:
        """Divide what is kept of a charge for a price. Together they are always all of it."""
        base = min(kept, price)
        share = commission.of(base)
        return cls(consultant=base - share, commission=share, added_fees=kept - base)
