"""Banks and mobile-money providers of Paystack's countries, with their real names and codes."""

import re
from dataclasses import dataclass

TEST_BANK_CODE = "001"


@dataclass(frozen=True, kw_only=True)
class Bank:
    """Somewhere an account can be; `id` is what a refund to an account names."""

    id: int
    name: str
    code: str
    country: str
    currency: str
    type: str

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


_NIGERIA = {
    "Access Bank": "044",
    "ALAT by WEMA": "035A",
    "Citibank Nigeria": "023",
    "Ecobank Nigeria": "050",
    "Fidelity Bank": "070",
    "First Bank of Nigeria": "011",
    "First City Monument Bank": "214",
    "Globus Bank": "00103",
    "Guaranty Trust Bank": "058",
    "Jaiz Bank": "301",
    "Keystone Bank": "082",
    "Kuda Bank": "50211",
    "Moniepoint MFB": "50515",
    "OPay Digital Services Limited (OPay)": "999992",
    "PalmPay": "999991",
    "Polaris Bank": "076",
    "Providus Bank": "101",
    "Stanbic IBTC Bank": "221",
    "Standard Chartered Bank": "068",
    "Sterling Bank": "232",
    "Titan Bank": "102",
    "Union Bank of Nigeria": "032",
    "United Bank For Africa": "033",
    "Unity Bank": "215",
    "VFD Microfinance Bank Limited": "566",
    "Wema Bank": "035",
    "Zenith Bank": "057",
}
_GHANA = {
    "Absa Bank Ghana Ltd": "030100",
    "Ecobank Ghana Limited": "130100",
    "Fidelity Bank Ghana Limited": "240100",
    "GCB Bank Limited": "040100",
    "Stanbic Bank Ghana Limited": "190100",
}
_GHANA_MOBILE = {"AirtelTigo": "ATL", "MTN": "MTN", "Telecel": "VOD"}
_KENYA = {"Co-operative Bank of Kenya": "11", "Equity Bank": "68", "Kenya Commercial Bank": "01"}
_KENYA_MOBILE = {"M-PESA": "MPESA"}
_SOUTH_AFRICA = {
    "Absa Bank Limited, South Africa": "632005",
    "Capitec Bank Limited": "470010",
    "First National Bank": "250655",
    "Nedbank": "198765",
    "Standard Bank South Africa": "051001",
}
_GROUPS = (
    (_NIGERIA, "Nigeria", "NGN", "nuban"),
    (_GHANA, "Ghana", "GHS", "ghipss"),
    (_GHANA_MOBILE, "Ghana", "GHS", "mobile_money"),
    (_KENYA, "Kenya", "KES", "kepss"),
    (_KENYA_MOBILE, "Kenya", "KES", "mobile_money"),
    (_SOUTH_AFRICA, "South Africa", "ZAR", "basa"),
)

BANKS: tuple[Bank, ...] = tuple(
    Bank(id=number, name=name, code=code, country=country, currency=currency, type=kind)
    for number, (name, code, country, currency, kind) in enumerate(
        (
            (name, code, country, currency, kind)
            for banks, country, currency, kind in _GROUPS
            for name, code in banks.items()
        ),
        start=1,
    )
)
TEST_BANK = Bank(id=0, name="Test Bank", code=TEST_BANK_CODE, country="Nigeria", currency="NGN", type="nuban")

RECIPIENT_TYPES: dict[str, frozenset[str]] = {
    "nuban": frozenset({"NGN"}),
    "ghipss": frozenset({"GHS"}),
    "mobile_money": frozenset({"GHS", "KES"}),
    "mobile_money_business": frozenset({"KES"}),
    "kepss": frozenset({"KES"}),
    "basa": frozenset({"ZAR"}),
}
"""The currencies that each kind of recipient can be paid in."""

_BY_CODE = {bank.code: bank for bank in (*BANKS, TEST_BANK)}


def find_bank(code: str) -> Bank | None:
    """Find a bank by its code; the test bank 001 is found, though no list has it."""
    return _BY_CODE.get(code)


def find_bank_by_id(text: str) -> Bank | None:
    """Find a bank by the number that the list of banks gives it."""
    return next((bank for bank in BANKS if str(bank.id) == text), None)
