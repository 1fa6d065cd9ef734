"""Who gets what of a charge that is shared with subaccounts, and who pays Paystack's fee."""

from infrastructure.paystack.sandbox.incoming import NewTransaction
from infrastructure.paystack.sandbox.records import Division, Part, Share, Split, Transaction
from infrastructure.paystack.sandbox.refusals import refuse
from infrastructure.paystack.sandbox.subaccounts import Splits, Subaccounts
from infrastructure.paystack.sandbox.wire.envelope import Json
from infrastructure.paystack.sandbox.wire.subaccounts import divided


class Divisions:
    """Divides transactions; percentages are rounded down, and what is left over is the business's own."""

    def __init__(self, subaccounts: Subaccounts, splits: Splits) -> None:
        self._subaccounts = subaccounts
        self._splits = splits

    def wanted(self, new: NewTransaction) -> Division | None:
        """Check how a transaction is to be divided; raises RequestRefusedError when that cannot be."""
        if new.split_code is not None:
            split = self._splits.by_id_or_code(new.split_code)
            if split.type == "flat" and sum(share.share for share in split.shares) > new.amount:
                raise refuse("Flat split shares cannot be more than the transaction amount")
            return Division(split_code=split.split_code)
        if new.subaccount is None:
            return None
        if new.transaction_charge is not None and new.transaction_charge > new.amount:
            raise refuse("Transaction charge cannot be more than the transaction amount")
        subaccount = self._subaccounts.by_id_or_code(new.subaccount)
        keeps_nothing = subaccount.percentage_charge == 0 and new.transaction_charge is None
        return Division(
            subaccount=subaccount.subaccount_code,
            transaction_charge=new.transaction_charge,
            is_fee_of_subaccount=new.is_fee_of_subaccount or keeps_nothing,
        )

    def divide(self, transaction: Transaction) -> None:
        """Write into a transaction whose fee is known what each subaccount gets."""
        division, fee = transaction.division, transaction.fees or 0
        if division is None:
            return
        if division.subaccount is not None:
            amount = self._single(division.subaccount, division.transaction_charge, transaction.amount)
            own_fee = fee if division.is_fee_of_subaccount else 0
            division.parts = [Part(subaccount=division.subaccount, amount=amount, fee=own_fee)]
        elif division.split_code is not None:
            division.parts = _parts(self._splits.by_id_or_code(division.split_code), transaction.amount, fee)

    def shown(self, transaction: Transaction, shown: Json) -> Json:
        """Add to a transaction as the API shows it who gets what of it."""
        return divided(shown, transaction, self._subaccounts.by_id_or_code, self._splits.by_id_or_code)

    def _single(self, code: str, flat: int | None, amount: int) -> int:
        if flat is not None:
            return amount - flat
        kept = self._subaccounts.by_id_or_code(code).percentage_charge
        return int(amount * round((100 - kept) * 100) // 10_000)


def _parts(split: Split, amount: int, fee: int) -> list[Part]:
    return [
        Part(
            subaccount=share.subaccount,
            amount=_share_of(split, share, amount),
            fee=_fee_of(split, share, amount, fee),
        )
        for share in split.shares
    ]


def _share_of(split: Split, share: Share, amount: int) -> int:
    return share.share if split.type == "flat" else amount * share.share // 100


def _fee_of(split: Split, share: Share, amount: int, fee: int) -> int:
    """What a subaccount pays of the fee; the business pays the rest."""
    if split.bearer_type == "subaccount":
        return fee if share.subaccount == split.bearer_subaccount else 0
    if split.bearer_type == "all":
        return fee // (len(split.shares) + 1)
    if split.bearer_type == "all-proportional":
        return fee * _share_of(split, share, amount) // amount
    return 0
