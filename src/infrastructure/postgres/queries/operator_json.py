"""What operators read of records, as JSON objects that PostgreSQL makes.

Each is an expression over aliases: `r` a refund, `p` its payment, `d` a dispute, `o` an errand, `t` a payout with
its account `k` and its consultant `a`, `i` an item of the operators' list.
"""

from __future__ import annotations


def sum_of(amount: str, currency: str) -> str:
    """An amount of money from two expressions."""
    return f"json_build_object('amount', {amount}, 'currency', {currency})"


REFUND = f"""json_build_object('id', r.id, 'reference', p.reference, 'amount', {sum_of("r.amount", "r.currency")},
  'status', r.status, 'reason', r.reason, 'paystack_id', r.paystack_id, 'sent_at', r.sent_at,
  'next_check_at', r.next_check_at, 'created_at', r.created_at)"""

DISPUTE = f"""json_build_object('paystack_id', d.paystack_id, 'reference', p.reference,
  'amount', {sum_of("d.amount", "d.currency")}, 'status', d.status, 'resolution', d.resolution,
  'category', d.category, 'is_open', d.is_open, 'is_lost', d.is_lost, 'due_at', d.due_at,
  'opened_at', d.opened_at, 'resolved_at', d.resolved_at,
  'charged_back', {sum_of("d.charged_back", "d.currency")})"""

ERRAND = """json_build_object('topic', o.topic, 'subject', o.subject, 'attempts', o.attempts,
  'created_at', o.created_at, 'done_at', o.done_at, 'last_error', o.last_error)"""

PAYOUT = f"""json_build_object('id', t.id, 'reference', t.reference,
  'consultant', a.first_name || ' ' || a.last_name,
  'amount', {sum_of("t.amount", "t.currency")}, 'status', t.status, 'problem', t.problem,
  'bank_name', k.bank_name, 'last_four', k.last_four, 'account_name', k.account_name,
  'requested_at', t.requested_at, 'sent_at', t.sent_at, 'settled_at', t.settled_at)"""

LISTED = """json_build_object('id', i.id, 'kind', i.kind, 'subject', i.subject, 'reason', i.reason,
  'times', i.times, 'created_at', i.created_at, 'last_seen_at', i.last_seen_at, 'resolved_at', i.resolved_at,
  'resolved_by', (SELECT username FROM accounts WHERE id = i.resolved_by), 'resolution', i.resolution,
  'note', i.note)"""
