"""A customer, as other objects show them."""

from infrastructure.paystack.sandbox.records import Customer
from infrastructure.paystack.sandbox.wire.envelope import Json


def shown_customer(customer: Customer) -> Json:
    return {
        "id": customer.id,
        "first_name": None,
        "last_name": None,
        "email": customer.email,
        "customer_code": customer.customer_code,
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }
