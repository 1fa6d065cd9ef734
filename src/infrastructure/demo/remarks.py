"""What clients could say of any good consultant; each consultant has remarks of their own besides."""

from __future__ import annotations

from infrastructure.demo.people import Remark

GENERAL = (
    Remark(5, "Prepared, on time and easy to talk to. I left with a list of things to do, in order."),
    Remark(5, "I had put this off for a year. One hour was enough to see that it is not that hard."),
    Remark(5, "Asked better questions than I did. Booked again straight away."),
    Remark(5, "Clear, honest and kind. Told me what I did not need to pay for, too."),
    Remark(5, "Worth every naira. The notes that came afterwards were worth as much as the call."),
    Remark(5, "Listened first. No jargon, no sales talk, and an answer to every question on my list."),
    Remark(5, "My second session, and as good as the first. Remembered everything that we had agreed."),
    Remark(5, "Exactly the outside view I needed before signing anything."),
    Remark(4, "Very helpful. We ran out of time for my last question, so send yours ahead."),
    Remark(4, "Good, practical advice. The line dropped twice, but we got through everything."),
    Remark(4, "Knows the subject inside out. A little fast at the start; slowed down when I asked."),
    Remark(4, "Solid session. I would have liked one more example from a business of my size."),
    Remark(4, "Friendly and to the point. I will come back when I have done my homework."),
    Remark(4, "Helped me decide between two options I had been going back and forth on."),
    Remark(3, "Fine for a start, though I had hoped to go deeper in an hour."),
    Remark(3, "Useful, but much of it was general. Bring documents if you want specifics."),
)
