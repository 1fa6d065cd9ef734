"""Settings: everything missing or unsafe is named at the start, and no value is ever told."""

from __future__ import annotations

import pytest

from infrastructure.settings import Settings, UnusableSettingsError

PRODUCTION = {
    "DATABASE_URL": "postgresql://imoran:s3cr3t-of-the-database@db.example/imoran",
    "REDIS_URL": "redis://:s3cr3t-of-redis@redis.example:6379/0",
    "SECRET_KEY": "s3cr3t-key-that-is-long-enough-to-be-one",
    "PAYSTACK_SECRET_KEY": "sk_live_s3cr3t0a1b2c4d5e6f7089b1c2d3e4f5a6b7c8",
    "PAYSTACK_PUBLIC_KEY": "pk_live_public",
    "PUBLIC_URL": "https://imoran.example",
    "MEDIA_URL": "file:///srv/media",
}
DEVELOPMENT = {
    **PRODUCTION,
    "ENVIRONMENT": "development",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "PAYSTACK_SECRET_KEY": "sk_test_s3cr3t",
    "PAYSTACK_BASE_URL": "http://127.0.0.1:8001",
    "RATE_LIMITS": "off",
}


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(UnusableSettingsError) as unusable:
        Settings.from_environment(environment)
    told = f"{unusable.value} {unusable.value!r}"
    for name, value in environment.items():
        if len(value) > 3:
            assert value not in told, f"the value of {name} is told"
    return unusable.value.problems


def test_production_is_what_one_gets_without_asking() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.is_production
    assert settings.rate_limits
    assert settings.paystack_base_url == "https://api.paystack.co"
    assert settings.checkout_origin == "https://checkout.paystack.com"
    assert settings.media.url == "file:///srv/media"
    assert (settings.hold_seconds, settings.default_currency, settings.port) == (900, "NGN", 8000)


def test_a_developers_machine_may_be_unsafe() -> None:
    settings = Settings.from_environment(DEVELOPMENT)
    assert not settings.is_production
    assert not settings.rate_limits
    assert settings.checkout_origin == "http://127.0.0.1:8001"


@pytest.mark.parametrize("value", [None, "", "   "])
@pytest.mark.parametrize("name", PRODUCTION)
def test_each_missing_value_is_named(name: str, value: str | None) -> None:
    environment = {key: text for key, text in PRODUCTION.items() if key != name}
    if value is not None:
        environment[name] = value
    assert problems(environment) == [f"{name} is missing"]


def test_everything_that_is_missing_is_named_at_once() -> None:
    assert sorted(problems({})) == sorted(f"{name} is missing" for name in PRODUCTION)


UNSAFE_KEYS = [
    "pk_live_mixed_up",
    "sk_test_s3cr3t0a1b2c4d5e6f7089b1c2d3e4f5a6b7c8",
    "sk_live_short",
    "sk_live_" + "x" * 40,
    "changeme-changeme-changeme-changeme-changeme",
    "s3cr3t0a1b2c4d5e6f7089b1c2d3e4f5a6b7c8d9e0f1",
]
UNSAFE = {
    "SECRET_KEY": ["short-and-s3cr3t", "x" * 31],
    "DATABASE_URL": ["sqlite:///imoran.db", "mysql://root:s3cr3t@db/imoran"],
    "MEDIA_URL": ["/srv/media", "s3:///bucket", "file://host-without-path"],
    "PUBLIC_URL": ["http://imoran.example", "imoran.example", "ftp://imoran.example"],
    "PAYSTACK_SECRET_KEY": UNSAFE_KEYS,
    "PAYSTACK_PREVIOUS_SECRET_KEY": UNSAFE_KEYS,
    "PAYSTACK_BASE_URL": ["http://api.paystack.co", "api.paystack.co"],
    "RATE_LIMITS": ["off"],
    "WEBHOOKS_TO_LOOPBACK": ["on", "perhaps"],
    "ENVIRONMENT": ["staging", "PRODUCTION", "Development"],
    "DEFAULT_CURRENCY": ["EUR", "ngn"],
    "LOG_LEVEL": ["TRACE"],
    "PORT": ["http", "-1", "8000.0", "٨٠٠٠"],
    "WEB_WORKERS": ["0", "many"],
    "HOLD_SECONDS": ["0", "15 min"],
    "RECONCILE_EVERY_SECONDS": ["0"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in UNSAFE.items() for value in values])
def test_each_unsafe_production_value_is_named(name: str, value: str) -> None:
    told = problems({**PRODUCTION, name: value})
    assert told
    assert all(problem.startswith(name) for problem in told)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "MEDIA_URL", "PAYSTACK_SECRET_KEY"])
def test_what_is_wrong_everywhere_is_wrong_on_a_developers_machine_too(name: str) -> None:
    assert [problem.split()[0] for problem in problems({**DEVELOPMENT, name: UNSAFE[name][0]})] == [name]


@pytest.mark.parametrize("name", ["PAYSTACK_SECRET_KEY", "PAYSTACK_PREVIOUS_SECRET_KEY"])
def test_a_live_key_stays_away_from_a_developers_machine(name: str) -> None:
    told = problems({**DEVELOPMENT, name: PRODUCTION["PAYSTACK_SECRET_KEY"]})
    assert told == [f"{name} is a live key, and this is not production"]


def test_the_key_of_before_is_known_while_keys_are_changed() -> None:
    assert Settings.from_environment(PRODUCTION).paystack_previous_secret_key is None
    earlier = PRODUCTION["PAYSTACK_SECRET_KEY"][::-1].replace("_evil_ks", "") + "0"
    settings = Settings.from_environment({**PRODUCTION, "PAYSTACK_PREVIOUS_SECRET_KEY": f"sk_live_{earlier}"})
    assert settings.paystack_previous_secret_key == f"sk_live_{earlier}"
    assert earlier not in repr(settings)


def test_the_representation_tells_no_secret() -> None:
    assert "s3cr3t" not in repr(Settings.from_environment(PRODUCTION))


def test_the_token_for_metrics_is_long_or_there_is_none() -> None:
    assert Settings.from_environment(PRODUCTION).metrics_token is None
    assert Settings.from_environment({**PRODUCTION, "METRICS_TOKEN": "m" * 32}).metrics_token == "m" * 32
    assert problems({**PRODUCTION, "METRICS_TOKEN": "short"}) == ["METRICS_TOKEN needs at least 32 characters"]


def test_each_purpose_has_a_key_of_its_own() -> None:
    settings = Settings.from_environment(PRODUCTION)
    other = Settings.from_environment({**PRODUCTION, "SECRET_KEY": "x" * 32})
    keys = [settings.key_for("cookies"), settings.key_for("cursors"), other.key_for("cookies")]
    assert len(set(keys)) == 3
    assert {len(key) for key in keys} == {32}
    assert settings.key_for("cookies") == keys[0]


def test_pictures_in_a_bucket_need_the_keys_that_open_it() -> None:
    bucket = {**PRODUCTION, "MEDIA_URL": "s3://imoran-media/pictures?region=af-south-1"}
    assert problems(bucket) == ["AWS_ACCESS_KEY_ID is missing", "AWS_SECRET_ACCESS_KEY is missing"]
    settings = Settings.from_environment(
        {**bucket, "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s3cr3t"}
    )
    assert settings.media.secret_access_key == "s3cr3t"
    assert "s3cr3t" not in repr(settings)
