"""How a consultant is paid: to which account, when, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.consultants.views import ConsultantQueries
from application.earnings.choose_weekly_payouts import ChooseWeeklyPayouts
from application.earnings.request_payout import WEEK, RequestPayout
from application.earnings.set_payout_account import FindPayoutAccount, FoundAccount, SetPayoutAccount
from application.earnings.views import EarningQueries, PayoutSettingsView, PayoutView
from application.money_view import MoneyView
from application.paging import PageRequest
from domain.accounts import Role
from domain.payments import PaymentGatewayUnavailable
from domain.payouts import SMALLEST
from domain.refusals import Invalid, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.idempotency import resource_id_of
from interfaces.http.settings import HttpSettings
from interfaces.web import earning_words
from interfaces.web.forms.form import Form
from interfaces.web.forms.payouts import PayoutAccountForm, PayoutForm
from interfaces.web.language import gettext
from interfaces.web.money_words import exact_sum
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

PAYOUTS = "/consultant/payouts"
ACCOUNT = "/consultant/payout-account"
TEMPLATE = "consultant/payouts.html"
ACCOUNT_TEMPLATE = "consultant/payout_account.html"
CURRENCIES = ("NGN", "GHS", "KES", "ZAR")
"""In which Paystack pays out."""


class PayoutsController(Controller):
    """Only for consultants; each sees their own."""

    path = PAYOUTS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def payouts(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What can be paid out now, and earlier payouts, newest first."""
        return Page(TEMPLATE, **await _shown(request, earning_queries, consultant_queries, http_settings))

    @post("/")
    async def request_payout(
        self,
        request: Request[Any, Any, Any],
        request_payout: NamedDependency[RequestPayout],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Have all that is available paid out."""
        try:
            agreed = PayoutForm(submission_of(request)).agreed()
            payout = await request_payout(caller_of(request), payout_id=resource_id_of(request), agreed=agreed)
        except Refusal as refusal:
            shown = await _shown(request, earning_queries, consultant_queries, http_settings)
            return refused(Form(), refusal, TEMPLATE, **shown)
        sent = exact_sum(MoneyView(payout.amount.amount, payout.amount.currency))
        return SeeOther(PAYOUTS, success=gettext("{sum} is on its way to your account.").format(sum=sent))

    @post("/schedule")
    async def choose_schedule(
        self, request: Request[Any, Any, Any], choose_weekly_payouts: NamedDependency[ChooseWeeklyPayouts]
    ) -> Response[str]:
        """Every week, or only when asked for."""
        weekly = submission_of(request).get("weekly") == "yes"
        await choose_weekly_payouts(caller_of(request), weekly=weekly)
        told = (
            gettext("You are paid every week from now on.")
            if weekly
            else gettext("You are paid when you ask for it.")
        )
        return SeeOther(PAYOUTS, success=told)


class PayoutAccountController(Controller):
    """Only for consultants. A form is sent first to see whose account it is, then with `step=save`."""

    path = ACCOUNT
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        find_payout_account: NamedDependency[FindPayoutAccount],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Which country, then which bank and which number."""
        settings = await earning_queries.payout_settings(caller_of(request).account_id)
        profile = await own_profile(request, consultant_queries)
        currency = request.query_params.get("currency", "")
        if currency not in CURRENCIES:
            currency = settings.account.currency if settings.account else profile.default_price.currency
        shown = {"settings": settings, "zone": zone_of(profile), "countries": _countries(), "found": None}
        form = PayoutAccountForm({"currency": currency if currency in CURRENCIES else CURRENCIES[0]})
        return await _form_page(form, find_payout_account, shown)

    @post("/")
    async def name(
        self,
        request: Request[Any, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        find_payout_account: NamedDependency[FindPayoutAccount],
        set_payout_account: NamedDependency[SetPayoutAccount],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Look whose account it is; save it once its owner has said that it is theirs."""
        submission = submission_of(request)
        form, caller = PayoutAccountForm(submission), caller_of(request)
        settings = await earning_queries.payout_settings(caller.account_id)
        zone = zone_of(await own_profile(request, consultant_queries))
        shown: dict[str, Any] = {"settings": settings, "zone": zone, "countries": _countries(), "found": None}
        found: FoundAccount | None = None
        try:
            found = await find_payout_account(caller, form.command())
            shown |= {"found": found, "banks": {}}
            if submission.get("step") != "save":
                return Page(ACCOUNT_TEMPLATE, form=form, **shown)
            account = await set_payout_account(caller, form.command(), password=form.password())
        except Refusal as refusal:
            if found is not None:
                return refused(form, _later(refusal), ACCOUNT_TEMPLATE, **shown)
            form.take(_later(refusal))
            return await _form_page(form, find_payout_account, shown)
        told = gettext("Your payouts go to {bank}, account ending in {digits}.").format(
            bank=account.bank_name, digits=account.last_four
        )
        return SeeOther(PAYOUTS, success=told)


async def _form_page(
    form: PayoutAccountForm, find_payout_account: FindPayoutAccount, shown: dict[str, Any]
) -> Response[str]:
    """The form with its banks; without them when Paystack cannot be asked."""
    try:
        banks = {bank.code: bank.name for bank in await find_payout_account.banks(form["currency"])}
    except (Invalid, PaymentGatewayUnavailable) as refusal:
        return refused(form, _later(refusal), ACCOUNT_TEMPLATE, **shown | {"banks": {}})
    return Page(ACCOUNT_TEMPLATE, status_code=form.status, form=form, **shown | {"banks": banks})


async def _shown(
    request: Request[Any, Any, Any],
    earning_queries: EarningQueries,
    consultant_queries: ConsultantQueries,
    http_settings: HttpSettings,
) -> dict[str, Any]:
    consultant_id = caller_of(request).account_id
    cursors = Cursors(http_settings.cursor_key, f"payouts:{consultant_id}")
    page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
    found = await earning_queries.payouts(consultant_id, page)
    settings = await earning_queries.payout_settings(consultant_id)
    return {
        "settings": settings,
        "balances": await earning_queries.balances(consultant_id),
        "payable": await earning_queries.payable(consultant_id),
        "smallest": _smallest(settings),
        "next_weekly": _next_weekly(settings, found.items) if page.after is None else None,
        "payouts": found.items,
        "earning_words": earning_words,
        "next_cursor": cursors.write(found.next_key),
        "is_first": page.after is None,
        "zone": zone_of(await own_profile(request, consultant_queries)),
    }


def _next_weekly(settings: PayoutSettingsView, payouts: list[PayoutView]) -> datetime | None:
    """From when on the next payout is made that nobody asks for."""
    if not settings.weekly or settings.account is None:
        return None
    due = payouts[0].requested_at + WEEK if payouts else settings.account.usable_from
    return max(due, settings.account.usable_from, settings.frozen_until or due)


def _smallest(settings: PayoutSettingsView) -> MoneyView | None:
    if settings.account is None:
        return None
    return MoneyView(SMALLEST[settings.account.currency], settings.account.currency)


def _later(refusal: Refusal) -> Refusal:
    if isinstance(refusal, PaymentGatewayUnavailable):
        return PaymentGatewayUnavailable(
            gettext("Paystack cannot be reached at the moment. Try again in a few minutes.")
        )
    return refusal


def _countries() -> dict[str, str]:
    return {
        "NGN": gettext("Nigeria (naira)"),
        "GHS": gettext("Ghana (cedi)"),
        "KES": gettext("Kenya (shilling)"),
        "ZAR": gettext("South Africa (rand)"),
    }
