"""Customers come to be by paying: their e-mail address is who they are."""

from collections.abc import Callable

from infrastructure.paystack.sandbox.records import Customer
from infrastructure.paystack.sandbox.store import Store


def customer_with(email: str, store: Store, new_code: Callable[[int], str]) -> Customer:
    """Find the customer with this address, or make one."""
    found = store.find(Customer, email=email.lower())
    if found is not None:
        return found
    customer = Customer(id=store.new_id(Customer), email=email.lower(), customer_code=f"CUS_{new_code(15)}")
    store.save(customer)
    return customer
