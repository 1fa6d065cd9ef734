"""Finding a consultant by words: what is forgiven, what is not, and who comes first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.consultants.update_profile import UpdateProfileCommand
from application.consultants.views import DiscoveryQuery, Sorting
from tests.integration.accounts.people import suspend
from tests.integration.consultants.finding import consultant, found, rename, walk
from tests.marketplace import Marketplace


async def four(marketplace: Marketplace) -> None:
    """Four consultants with a word or two in common."""
    await consultant(
        marketplace,
        slug="adebayo",
        name="Fọlá Adébáyọ̀",
        headline="Contract law for small companies",
        specializations=("Contracts", "Company law"),
        languages=("Yoruba", "English"),
        bio="Negotiating supplier agreements since 2009. I'm a member of the Lagos bar.",
    )
    await consultant(
        marketplace,
        slug="mueller",
        name="Jürgen Müller-Søndergård",
        headline="Tax returns and ISO 9001 audits",
        specializations=("Tax", "Accounting"),
        languages=("German", "English"),
        bio="Twenty years of auditing. A contract is part of most advice.",
    )
    await consultant(
        marketplace,
        slug="obrien",
        name="Síle O'Brien",
        headline="E-commerce & marketing",
        specializations=("Marketing",),
        languages=("English",),
        bio="Campaigns/brands, C++ for fun; naïve questions are welcome.",
    )
    await consultant(
        marketplace,
        slug="yau",
        name="Halima Ya'u",
        headline="Nutrition",
        specializations=("Nutrition", "Fitness"),
        languages=("Hausa",),
        bio="Healthy families eat well. Ƙarfi da lafiya.",
    )


MEANT = {
    "stems": {"contracts": "adebayo mueller", "contract": "adebayo mueller", "audit": "mueller", "family": "yau"},
    "other forms": {"negotiation": "adebayo", "campaign brand": "obrien", "nutritional": "yau"},
    "case": {"CONTRACT LAW": "adebayo", "müller": "mueller", "MÜLLER": "mueller"},
    "accents": {
        "Adebayo": "adebayo",
        "Adébáyọ̀": "adebayo",
        "adebayọ": "adebayo",
        "fola": "adebayo",
        "muller": "mueller",
        "sondergard": "mueller",
        "naive": "obrien",
        "táx": "mueller",
        "karfi": "yau",
    },
    "apostrophes and hyphens": {
        "O'Brien": "obrien",
        "o’brien": "obrien",
        "obrien": "obrien",
        "yau": "yau",
        "ya'u": "yau",
        "e-commerce": "obrien",
        "müller-søndergård": "mueller",
        "brands campaigns": "obrien",
    },
    "typing errors": {
        "contarcts": "adebayo mueller",
        "acounting": "mueller",
        "marketting": "obrien",
        "markting": "obrien",
        "adebyo": "adebayo",
        "adebajo": "adebayo",
        "nutrision": "yau",
        "lgaos": "adebayo",
        "halmia": "yau",
        "campaigsn": "obrien",
    },
    "unfinished last words": {
        "contr": "adebayo mueller",
        "law contr": "adebayo",
        "adeb": "adebayo",
        "9": "mueller",
    },
    "several words": {
        "contract tax": "mueller",
        "lagos law adebayo": "adebayo",
        "tax nutrition": "",
        "contarcts adebyo": "adebayo",
        "contarcts halmia": "",
        "iso 9001": "mueller",
    },
    "words that say nothing": {
        "the law": "adebayo",
        "advice on a contract": "mueller",
        "tax and the returns of it": "mueller",
    },
    "languages": {"hausa": "yau", "yoruba law": "adebayo"},
    "nobody": {"zzyzx": "", "lxwq": "", "qqq www": "", "law zzyzx": ""},
}


async def test_words_find_whom_they_mean(marketplace: Marketplace) -> None:
    await four(marketplace)
    for kind, examples in MEANT.items():
        answers = {words: " ".join(sorted(await found(marketplace, words=words))) for words in examples}
        assert answers == examples, kind


@pytest.mark.parametrize("signs", ["", "   ", "%", "_", "\\", "'", "''", "&", "!", ":*", "<->", "()", "--", "…"])
async def test_signs_are_harmless(marketplace: Marketplace, signs: str) -> None:
    await four(marketplace)
    assert sorted(await found(marketplace, words=signs)) == ["adebayo", "mueller", "obrien", "yau"]
    assert await found(marketplace, words=f"{signs} nutrition {signs}") == ["yau"]


ATTACKS = {
    "'; DROP TABLE slots; --": "",
    "law' | 'tax": "",
    "law:* | !tax": "",
    "law & !(contract)": "adebayo",
    "$$; SELECT 1; $$": "",
    "%s %(words)s {0} {words}": "",
    "law\\": "adebayo",
    "law:A": "adebayo",
    "a <-> b": "adebayo obrien",
    "x" * 200: "",
    "é" * 200: "",
    "\ufdfa" * 40: "",
    "ʼ": "",
    "😀 tax": "mueller",
    "½ ① ﬁ": "",
}


async def test_what_looks_like_a_program_is_only_words(marketplace: Marketplace) -> None:
    await four(marketplace)
    answers = {words: " ".join(sorted(await found(marketplace, words=words))) for words in ATTACKS}
    assert answers == ATTACKS
    assert await found(marketplace, words="nutrition") == ["yau"]


async def test_any_text_at_all_gets_an_answer(marketplace: Marketplace) -> None:
    await four(marketplace)
    typed: list[str] = []

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text(max_size=60) | st.text("aeltx '&|!:*()<->\\%_.,-/é\u0301", max_size=30))
    def collect(text: str) -> None:
        typed.append(text)

    collect()
    for text in typed:
        slugs = await walk(marketplace, DiscoveryQuery(words=text), 2)
        assert slugs == await found(marketplace, words=text), text


async def test_words_that_nobody_can_have_written_find_nobody(marketplace: Marketplace) -> None:
    await consultant(marketplace)
    assert await found(marketplace, words="nul\x00") == []


async def test_only_the_first_ten_words_count(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="counting", bio="one two three four five six seven eight nine ten")
    numbers = "one two three four five six seven eight nine ten"
    assert await found(marketplace, words=f"{numbers} zzyzx") == ["counting"]
    assert await found(marketplace, words=f"zzyzx {numbers}") == []


async def test_a_word_that_somebody_has_is_not_taken_for_a_typing_error(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="contrast", headline="Contrast in photographs")
    assert await found(marketplace, words="contract") == ["contrast"]
    await consultant(marketplace, slug="contract", headline="A good contract")
    assert await found(marketplace, words="contract") == ["contract"]
    assert await found(marketplace, words="contrast") == ["contrast"]
    assert sorted(await found(marketplace, words="contrect")) == ["contract", "contrast"]


async def test_a_name_made_of_common_words_can_be_found(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="will", name="Will An", headline="Law", bio="Law")
    await consultant(marketplace, slug="other", name="Bola Ade", headline="Law", bio="Law")
    assert await found(marketplace, words="Will") == ["will"]
    assert await found(marketplace, words="will an") == ["will"]


async def test_names_come_before_subjects_before_headlines_before_the_rest(marketplace: Marketplace) -> None:
    plain = {"headline": "Advice", "specializations": ("Advice",), "bio": "Advice"}
    await consultant(marketplace, slug="in-bio", name="Bola Ade", **(plain | {"bio": "Grace and advice"}))
    await consultant(marketplace, slug="in-headline", name="Bola Ade", **(plain | {"headline": "Grace"}))
    await consultant(marketplace, slug="in-subjects", name="Bola Ade", **(plain | {"specializations": ("Grace",)}))
    await consultant(marketplace, slug="in-name", name="Grace Ade", **plain)
    expected = ["in-name", "in-subjects", "in-headline", "in-bio"]
    assert await found(marketplace, words="grace") == expected
    assert await found(marketplace, words="grace", sorting=Sorting.RELEVANCE) == expected
    assert await walk(marketplace, DiscoveryQuery(words="grace"), 1) == expected


async def test_a_whole_word_comes_before_one_that_only_begins_like_it(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="adaeze", name="Adaeze Obi")
    await consultant(marketplace, slug="ada", name="Ada Obi")
    await consultant(marketplace, slug="adanna", name="Adanna Obi")
    assert (await found(marketplace, words="ada"))[0] == "ada"
    assert sorted(await found(marketplace, words="ada")) == ["ada", "adaeze", "adanna"]


async def test_the_likelier_meaning_of_a_typing_error_comes_first(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="far", headline="Contraband")
    await consultant(marketplace, slug="near", headline="Contracts")
    assert await found(marketplace, words="contrakts") == ["near", "far"]


async def test_of_two_who_may_be_meant_the_one_comes_first_who_says_it_more_plainly(
    marketplace: Marketplace,
) -> None:
    plain: dict[str, Any] = {"name": "Bola Ade", "specializations": ("Advice",), "headline": "Advice"}
    await consultant(marketplace, slug="in-bio", **(plain | {"bio": "Contracts"}))
    await consultant(marketplace, slug="in-subjects", **(plain | {"specializations": ("Contracts",)}))
    await consultant(marketplace, slug="in-headline", **(plain | {"headline": "Contracts"}))
    assert await found(marketplace, words="contarcts") == ["in-subjects", "in-headline", "in-bio"]


async def test_another_order_can_be_asked_for_with_words(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="zoe", name="Zoe Grace", bio="grace grace")
    await consultant(marketplace, slug="abe", name="Abe Obi", bio="grace")
    assert await found(marketplace, words="grace") == ["zoe", "abe"]
    assert await found(marketplace, words="grace", sorting=Sorting.NAME) == ["abe", "zoe"]


async def test_a_renamed_consultant_is_found_by_the_new_name_alone(marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="renamed", name="Bola Okafor")
    await rename(marketplace, caller, "Bola Adébáyọ̀")
    assert await found(marketplace, words="adebayo") == ["renamed"]
    assert await found(marketplace, words="adebyo") == ["renamed"]
    assert await found(marketplace, words="okafor") == []


async def test_a_changed_profile_is_found_by_what_it_says_now(marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="changed", headline="Leases", bio="Old words")
    await marketplace.product.update_profile(caller, UpdateProfileCommand(headline="Pensions", bio="New phrases"))
    assert await found(marketplace, words="pension phrases") == ["changed"]
    for gone in ("lease", "leasse", "old", "words"):
        assert await found(marketplace, words=gone) == []


async def test_unpublished_and_suspended_consultants_are_not_found_by_any_word(marketplace: Marketplace) -> None:
    hidden = await consultant(marketplace, slug="hidden", headline="Pensions")
    suspended = await consultant(marketplace, slug="suspended", headline="Pensions")
    await marketplace.product.update_profile(hidden, UpdateProfileCommand(is_published=False))
    await suspend(marketplace, suspended.account_id)
    for words in ("pensions", "pensoins", "hidden", "ada"):
        assert await found(marketplace, words=words) == []


async def test_what_search_knows_cannot_be_written_by_hand(marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="honest", headline="Leases")
    await marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET search_words = 'pensions', search_document = to_tsvector('pensions') "
        "WHERE account_id = $1",
        caller.account_id,
    )
    assert await found(marketplace, words="pensions") == []
    assert await found(marketplace, words="leases") == ["honest"]
