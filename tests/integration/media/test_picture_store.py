"""Pictures in a folder and in a bucket: the same promises, and what happens when the place is away."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from domain.pictures import PicturesUnavailable, small_picture
from infrastructure.media import stores
from infrastructure.media.picture_store import PictureStore
from infrastructure.media.place import MediaPlace
from infrastructure.media.stores import open_store
from tests.integration.media.bucket import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Bucket, running_bucket


def drawn(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with running_bucket() as bucket:
        yield bucket


def in_bucket(bucket: Bucket, *, secret: str = SECRET_ACCESS_KEY) -> PictureStore:
    place = MediaPlace(url=bucket.url, access_key_id=ACCESS_KEY_ID, secret_access_key=secret)
    return PictureStore(open_store(place))


@pytest.fixture(params=["folder", "bucket"])
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> PictureStore:
    if request.param == "folder":
        return PictureStore(open_store(MediaPlace(url=f"file://{tmp_path}/media")))
    bucket: Bucket = request.getfixturevalue("bucket")
    return in_bucket(bucket)


async def test_a_picture_is_kept_in_both_sizes_until_it_is_removed(pictures: PictureStore) -> None:
    name = await pictures.store(drawn())
    sizes = []
    for file in (name, small_picture(name)):
        content = await pictures.read(file)
        assert content is not None
        with Image.open(io.BytesIO(content)) as picture:
            sizes.append((picture.format, picture.size))
    assert sizes == [("WEBP", (384, 384)), ("WEBP", (128, 128))]
    await pictures.remove(name)
    await pictures.remove(name)
    assert [await pictures.read(file) for file in (name, small_picture(name))] == [None, None]


async def test_names_are_random_and_say_nothing(pictures: PictureStore) -> None:
    names = {await pictures.store(drawn()) for _ in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}\.webp", name) for name in names)


async def test_old_pictures_are_listed_once_each(pictures: PictureStore) -> None:
    names = sorted([await pictures.store(drawn()) for _ in range(2)])
    now = datetime.now(UTC)
    found = [name async for names in pictures.stored_before(now + timedelta(minutes=1)) for name in names]
    assert sorted(set(found)) == names
    assert [name async for names in pictures.stored_before(now - timedelta(minutes=1)) for name in names] == []


async def test_a_picture_from_before_there_were_small_ones_shows_its_large_one(tmp_path: Path) -> None:
    pictures = PictureStore(open_store(MediaPlace(url=f"file://{tmp_path}/media")))
    name = await pictures.store(drawn())
    (tmp_path / "media" / small_picture(name)).unlink()
    assert await pictures.read(small_picture(name)) == await pictures.read(name)


@pytest.mark.parametrize(
    "name",
    ["../secret.webp", "/etc/passwd", "secret.webp", "", ".", "..\\secret.webp", "a" * 32 + ".webp\n", "%2e%2e"],
)
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    pictures = PictureStore(open_store(MediaPlace(url=f"file://{tmp_path}/media")))
    secrets = [tmp_path / "secret.webp", tmp_path / "media" / "secret.webp"]
    for secret in secrets:
        secret.write_bytes(b"secret")
    assert await pictures.read(name) is None
    await pictures.remove(name)
    assert [secret.read_bytes() for secret in secrets] == [b"secret", b"secret"]


async def test_pictures_lie_under_the_prefix(bucket: Bucket) -> None:
    name = await in_bucket(bucket).store(drawn())
    assert sorted(bucket.objects) == sorted([f"pictures/{name}", f"pictures/{small_picture(name)}"])


async def test_a_stumbling_bucket_is_asked_again(bucket: Bucket) -> None:
    pictures = in_bucket(bucket)
    bucket.faults = [503, 500]
    name = await pictures.store(drawn())
    bucket.faults = [500]
    assert await pictures.read(name) is not None


async def test_without_the_right_key_nothing_is_stored_and_the_key_is_not_told(
    bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "wrong-key-of-ours"
    with pytest.raises(PicturesUnavailable):
        await in_bucket(bucket, secret=wrong).store(drawn())
    assert bucket.objects == {}
    assert "pictures.unavailable" in caplog.text
    assert wrong not in caplog.text


async def test_a_bucket_that_is_away_is_a_refusal(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "GIVE_UP_AFTER", timedelta(milliseconds=100))
    place = MediaPlace(
        url="s3://b?endpoint=http://127.0.0.1:9", access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET_ACCESS_KEY
    )
    pictures = PictureStore(open_store(place))
    for call in (pictures.store(drawn()), pictures.read("a" * 32 + ".webp"), pictures.remove("a" * 32 + ".webp")):
        with pytest.raises(PicturesUnavailable):
            await call


async def test_a_bucket_that_does_not_answer_is_given_up(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "ANSWER_WITHIN", timedelta(milliseconds=100))
    monkeypatch.setattr(stores, "GIVE_UP_AFTER", timedelta(milliseconds=100))
    bucket.answers_after_s = 0.4
    with pytest.raises(PicturesUnavailable):
        await in_bucket(bucket).read("a" * 32 + ".webp")


async def test_a_folder_that_takes_nothing_is_a_refusal(tmp_path: Path) -> None:
    pictures = PictureStore(open_store(MediaPlace(url=f"file://{tmp_path}/media")))
    (tmp_path / "media").rmdir()
    (tmp_path / "media").write_bytes(b"a file where the folder was")
    with pytest.raises(PicturesUnavailable):
        await pictures.store(drawn())


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("s3://bucket?size=9", "MEDIA_URL takes no other options than endpoint and region"),
        ("s3://bucket?endpoint=minio:9000", "MEDIA_URL's endpoint has to start with https://"),
        (
            "s3://bucket?endpoint=http://minio:9000",
            "MEDIA_URL's endpoint has to start with https:// in production",
        ),
        ("s3:///bucket", "MEDIA_URL has to be like file:///folder or s3://bucket"),
        ("https://bucket.example", "MEDIA_URL has to be like file:///folder or s3://bucket"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(url: str, problem: str) -> None:
    place = MediaPlace(url=url, access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET_ACCESS_KEY)
    assert place.problems(is_production=True) == [problem]


def test_a_bucket_needs_its_keys_which_are_never_shown() -> None:
    assert MediaPlace(url="s3://bucket").problems(is_production=True) == [
        "AWS_ACCESS_KEY_ID is missing",
        "AWS_SECRET_ACCESS_KEY is missing",
    ]
    place = MediaPlace(url="s3://bucket", access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET_ACCESS_KEY)
    assert place.problems(is_production=True) == []
    assert SECRET_ACCESS_KEY not in repr(place)
