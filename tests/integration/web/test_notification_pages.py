"""The bell and the list behind it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from application.accounts.callers import MOST_UNREAD, Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.paging import DEFAULT_LIMIT
from domain.accounts import Role
from domain.money import Money
from tests.integration.notifications.ear import forget, heard
from tests.integration.operations.desk import Desk
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import PASSWORD, Marketplace
from tests.statements import recorded_statements

PAGE = "/notifications"
UNREAD = f"{PAGE}?show=unread"


async def tell(marketplace: Marketplace, caller: Caller, *sources: str, days_ago: int = 0) -> None:
    """Something about the account, in this order."""
    for source in sources:
        await marketplace.database.pool.execute(
            "SELECT tell_account($1, 'token.created', $2, NULL, '{}', clock_timestamp() - $3 * interval '1 day')",
            caller.account_id,
            source,
            days_ago,
        )


def bells(browser: Browser) -> set[str]:
    """What the bells in the page say; there is one for narrow screens and one for wide ones."""
    links = [link for link in browser.page.all("a") if link["href"] == PAGE and "bell" in link["class"]]
    assert len(links) == 2
    return {link.text for link in links}


def rows(browser: Browser) -> list[str]:
    """The state of each in the list."""
    [main] = browser.page.all("main")
    items = [item for item in main.all("li") if "row-card" in item["class"]]
    return ["unread" if "unread" in item["class"] else "read" for item in items]


def ways(browser: Browser, end: str) -> list[str]:
    """Where the forms of one kind lead, in page order."""
    return [
        form["action"]
        for form in browser.page.all("form")
        if re.search(rf"/[0-9a-f-]{{36}}/{end}\Z", form["action"])
    ]


async def check(browser: Browser, path: str) -> None:
    await browser.open(path)
    assert mistakes_in(browser.page) == []


@pytest.mark.parametrize(
    ("role", "way"),
    [(Role.CLIENT, "/consultants"), (Role.CONSULTANT, "/consultant"), (Role.OPERATOR, "/operator")],
)
async def test_nothing_yet(browser: Browser, marketplace: Marketplace, role: Role, way: str) -> None:
    await browser.log_in(await marketplace.account(role))
    for path in (PAGE, UNREAD):
        await check(browser, path)
        assert "Nothing new" in browser.main
        assert bells(browser) == {"Notifications"}
    assert "You have read everything." in browser.main
    await browser.open(PAGE)
    [main] = browser.page.all("main")
    assert way in [link["href"] for link in main.all("a")]
    assert not [form for form in main.all("form") if form["method"] == "post" and PAGE in form["action"]]


async def test_a_stranger_logs_in_first_and_comes_back(browser: Browser, marketplace: Marketplace) -> None:
    await browser.open(PAGE)
    assert browser.path == "/login"
    await browser.send("/login", identifier=(await marketplace.client()).username, password=PASSWORD)
    assert browser.path == PAGE


async def test_news_is_counted_opened_and_read(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    await browser.log_in(client)
    await check(browser, PAGE)
    assert bells(browser) == {"Notifications, unread: 1"}
    assert "Your session with Ada Number 1 on" in browser.main
    [way] = ways(browser, "open")
    await browser.send(way)
    assert browser.path == f"/bookings/{booking.id}"
    assert bells(browser) == {"Notifications"}
    await check(browser, PAGE)
    assert rows(browser) == ["read"]
    [main] = browser.page.all("main")
    assert f"/bookings/{booking.id}" in [link["href"] for link in main.all("a")]
    await browser.open(UNREAD)
    assert "You have read everything." in browser.main


async def test_one_is_marked_and_the_list_stays_as_it_was(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, "one", "two")
    await check(browser, UNREAD)
    await browser.send(ways(browser, "read")[0])
    assert (browser.path, browser.answer.url.query) == (PAGE, b"show=unread")
    assert "The notification is marked as read." in browser.main
    assert rows(browser) == ["unread"]
    await browser.open(PAGE)
    assert rows(browser) == ["read", "unread"]
    await browser.send(ways(browser, "read")[0], {"next": "//evil.example/notifications"})
    assert browser.path == PAGE
    assert rows(browser) == ["read", "read"]


async def test_all_are_marked_but_for_what_came_meanwhile(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, "one", "two")
    await browser.open(PAGE)
    await tell(marketplace, client, "three")
    await browser.send(f"{PAGE}/read")
    assert "2 notifications are marked as read." in browser.main
    assert mistakes_in(browser.page) == []
    assert (rows(browser), bells(browser)) == (["unread", "read", "read"], {"Notifications, unread: 1"})
    await browser.send(f"{PAGE}/read")
    assert "1 notification is marked as read." in browser.main
    [main] = browser.page.all("main")
    assert f"{PAGE}/read" not in [form["action"] for form in main.all("form")]


@pytest.mark.parametrize("until", ["", "yesterday", "9999-99-99", "0001-01-01T00:00:00+14:00"])
async def test_a_form_that_somebody_made_up_changes_nothing(
    browser: Browser, marketplace: Marketplace, until: str
) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, "one")
    await browser.open(PAGE)
    await browser.send(f"{PAGE}/read", until=until, status=422)
    assert mistakes_in(browser.page) == []
    await browser.open(PAGE)
    assert rows(browser) == ["unread"]


async def test_many_come_page_by_page_under_their_days(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, *(f"{number}" for number in range(DEFAULT_LIMIT)))
    await tell(marketplace, client, "old", "older", days_ago=3)
    for address, words in ((PAGE, None), (UNREAD, "show=unread")):
        await check(browser, address)
        assert rows(browser) == ["unread"] * DEFAULT_LIMIT
        [main] = browser.page.all("main")
        [older] = [link["href"] for link in main.all("a") if link.text == "Older notifications"]
        assert words is None or words in older
        await check(browser, older)
        assert rows(browser) == ["unread"] * 2
        [main] = browser.page.all("main")
        [back] = [link["href"] for link in main.all("a") if link.text == "Back to the newest"]
        assert back == address
    assert len([heading for heading in browser.page.all("h2") if heading["id"].startswith("day-")]) == 1


async def test_a_cursor_of_another_list_is_not_taken(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, *(f"{number}" for number in range(DEFAULT_LIMIT + 1)))
    await browser.open(PAGE)
    [older] = [link["href"] for link in browser.page.all("a") if link.text == "Older notifications"]
    await browser.open(older.replace("?", "?show=unread&"), status=400)
    assert mistakes_in(browser.page) == []


async def test_nobody_reads_what_others_were_told(
    browser: Browser, new_browser: NewBrowser, marketplace: Marketplace
) -> None:
    client, stranger = await marketplace.client(), await marketplace.client()
    await tell(marketplace, client, "one")
    [told] = await heard(marketplace, client)
    await browser.log_in(stranger)
    await browser.open(PAGE)
    await tell(marketplace, stranger, "other")
    await browser.open(PAGE)
    form = fields_of(browser.form(ways(browser, "open")[0]))
    for end in ("open", "read"):
        for notification_id in (told.id, UUID(int=1)):
            answer = await browser.client.post(f"{PAGE}/{notification_id}/{end}", data=form, headers=OWN_PAGE)
            assert answer.status_code == 404
    assert [told.read_at for told in await heard(marketplace, client)] == [None]


@pytest.mark.parametrize("path", ["read", "{id}/read", "{id}/open"])
async def test_a_form_from_elsewhere_is_refused(browser: Browser, marketplace: Marketplace, path: str) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, "one")
    [told] = await heard(marketplace, client)
    address = f"{PAGE}/{path.format(id=told.id)}"
    form = {"until": told.created_at.isoformat()}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, OWN_PAGE):
        assert (await browser.client.post(address, data=form, headers=headers)).status_code == 403
    assert [told.read_at for told in await heard(marketplace, client)] == [None]


async def test_a_bell_stops_counting(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await tell(marketplace, client, *(f"{number}" for number in range(MOST_UNREAD + 2)))
    await browser.open("/account")
    assert bells(browser) == {f"Notifications, unread: {MOST_UNREAD}+"}


async def test_every_role_gets_to_what_it_is_told_of(
    browser: Browser, new_browser: NewBrowser, marketplace: Marketplace
) -> None:
    desk = await Desk.furnish(marketplace)
    client, booking_id, _ = await desk.paid()
    [consultant] = await marketplace.database.pool.fetch("SELECT username FROM accounts WHERE role = 'consultant'")
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking_id))
    await desk.mismatched()
    item_id = await desk.item()
    operator_browser = new_browser()
    await operator_browser.log_in(desk.operator)
    await check(operator_browser, PAGE)
    await operator_browser.send(ways(operator_browser, "open")[0])
    assert operator_browser.path == f"/operator/items/{item_id}"
    await browser.open("/login")
    await browser.send("/login", identifier=consultant["username"], password=PASSWORD)
    await check(browser, PAGE)
    assert rows(browser) == ["unread"] * 2
    await browser.send(ways(browser, "open")[0])
    assert browser.path == f"/consultant/bookings/{booking_id}"


async def test_names_of_others_are_no_markup(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    await marketplace.booking(client, await marketplace.slot(consultant, price=Money(0, "NGN")))
    await marketplace.database.pool.execute(
        "UPDATE accounts SET first_name = '<b>{sum}' WHERE id = $1", client.account_id
    )
    await browser.log_in(consultant)
    await check(browser, PAGE)
    assert "<b>{sum} Number 2 booked your session on" in browser.main


async def test_the_bell_costs_no_statement_and_the_list_one(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await forget(marketplace)

    async def statements(path: str) -> int:
        with recorded_statements() as sent:
            await browser.open(path)
        return len(sent)

    await browser.open("/terms")
    without = await statements("/terms")
    await tell(marketplace, client, "one", "two")
    assert await statements("/terms") == without == 1
    assert await statements(PAGE) == 2
    assert await statements(UNREAD) == 2
