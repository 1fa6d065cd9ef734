"""What too many people choose, from zxcvbn's frequency lists."""

from __future__ import annotations

from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from domain.text import bare

NAMES = ("male_names", "female_names", "surnames")
MOST_OF_EACH = 4000
PLACES_AND_THINGS = (
    "lagos abuja ibadan kano port-harcourt benin-city kaduna jos enugu aba onitsha ilorin abeokuta owerri calabar "
    "uyo warri accra kumasi nairobi mombasa cairo johannesburg london manchester new-york houston toronto dubai "
    "paris arsenal chelsea liverpool barcelona real-madrid manchester-united football basketball "
    "pizza rice jollof jollof-rice fried-rice eba amala pounded-yam egusi suya chicken beans spaghetti indomie "
    "nokia samsung iphone tecno infinix blackberry motorola toyota corolla camry honda mercedes benz "
    "mother father mummy daddy brother sister teacher police doctor money bread shoes phone laptop watch car "
    "jack bingo rover tiger lucky simba rex max buddy charlie bella snoopy police tommy "
    "none nothing unknown test answer password secret i-dont-know dont-know no-idea na n/a abcd 1234 12345 123456"
)


class FrequencyLists:
    """`CommonSecrets`; the lists are read when they are first needed, once for a process."""

    @property
    def passwords(self) -> frozenset[str]:
        """About 30,000, most frequent in leaks."""
        return _passwords()

    @property
    def answers(self) -> frozenset[str]:
        """Names of people, and the places and things that people name most."""
        return _answers()


@cache
def _passwords() -> frozenset[str]:
    return frozenset(password.casefold() for password in FREQUENCY_LISTS["passwords"])


@cache
def _answers() -> frozenset[str]:
    names = [name for kind in NAMES for name in FREQUENCY_LISTS[kind][:MOST_OF_EACH]]
    return frozenset(bare(answer) for answer in (*names, *PLACES_AND_THINGS.split()))
