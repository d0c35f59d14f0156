"""Publishing: one immutable version a content, whatever is published how often."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from exercises import content_store
from exercises import format as exercise_format
from exercises.models import Exercise, ExerciseVersion, VersionImmutable

pytestmark = pytest.mark.django_db


def publish_command(*arguments) -> list[str]:
    out = io.StringIO()
    call_command("exercise", "publish", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def version(folder):
    made, is_new = content_store.publish(exercise_format.load(folder), [])
    assert is_new
    return made


def test_what_is_stored(version, folder):
    exercise = exercise_format.load(folder)
    stored = ExerciseVersion.objects.get(pk=version.pk)
    assert stored.exercise.slug == "sum-of-squares"
    assert stored.exercise.current == stored
    assert stored.content_hash == exercise.content_hash
    assert stored.load() == exercise
    assert stored.load() is stored.load(), "kept in memory"
    assert stored.meta["max_score"] == 4
    assert stored.title("zh-hant") == exercise.title.get("zh-hant")
    assert stored.variants == []


def test_unchanged_content_makes_no_version(version, folder):
    again, is_new = content_store.publish(exercise_format.load(folder), [])
    assert (again.pk, is_new) == (version.pk, False)
    assert ExerciseVersion.objects.count() == 1


def test_changed_content_makes_the_current_version_and_the_old_one_stays(version, folder):
    (folder / "statement.en.md").write_text("Another text.")
    newer, is_new = content_store.publish(exercise_format.load(folder), [])
    assert is_new
    assert Exercise.objects.get().current == newer
    assert ExerciseVersion.objects.get(pk=version.pk).load().statement("en").startswith("Write `gradient")
    assert newer.load().statement("en") == "Another text."


def test_old_content_becomes_current_again_without_a_version(version, folder):
    original = (folder / "statement.en.md").read_text()
    (folder / "statement.en.md").write_text("Another text.")
    content_store.publish(exercise_format.load(folder), [])
    (folder / "statement.en.md").write_text(original)
    again, is_new = content_store.publish(exercise_format.load(folder), [])
    assert (again.pk, is_new) == (version.pk, False)
    assert Exercise.objects.get().current == version
    assert ExerciseVersion.objects.count() == 2


def test_a_version_refuses_every_change(version):
    version.files = {}
    for change in (
        version.save,
        version.delete,
        lambda: version.save(update_fields=["files"]),
        lambda: ExerciseVersion.objects.update(files={}),
        lambda: ExerciseVersion.objects.filter(pk=version.pk).delete(),
        lambda: ExerciseVersion.objects.bulk_update([version], ["files"]),
        lambda: version.exercise.versions.update(variants=[]),
    ):
        with pytest.raises(VersionImmutable):
            change()
    with pytest.raises(ProtectedError):
        version.exercise.delete()
    assert "exercise.toml" in ExerciseVersion.objects.get(pk=version.pk).files


def test_the_database_holds_a_content_once(version):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExerciseVersion.objects.create(
            exercise=version.exercise, content_hash=version.content_hash, files={}, meta={}, variants=[]
        )


def test_a_prediction_needs_its_variants(predict_folder):
    exercise = exercise_format.load(predict_folder)
    with pytest.raises(ValueError, match="drawn variants"):
        content_store.publish(exercise, [])
    assert not Exercise.objects.exists()
    version, _ = content_store.publish(exercise, [{"x": 2, "c": 3}])
    assert version.variants == [{"x": 2, "c": 3}]
    again, is_new = content_store.publish(exercise, [{"x": 5, "c": 6}])
    assert not is_new
    assert again.variants == [{"x": 2, "c": 3}], "what students were given stays"


def test_the_command_publishes_once(folder):
    (first,) = publish_command(folder)
    (second,) = publish_command(folder)
    name = exercise_format.load(folder).content_hash[:12]
    assert first == f"sum-of-squares: published, version {name}"
    assert second == f"sum-of-squares: unchanged, version {name}"


def test_the_command_draws_variants_in_the_sandbox(predict_folder, sandbox_client):
    (line,) = publish_command(predict_folder)
    assert line.endswith(", 64 variants")
    drawn = ExerciseVersion.objects.get().variants
    assert len({tuple(sorted(variant.items())) for variant in drawn}) == 64
    assert all(variant.keys() == {"x", "c"} for variant in drawn)
    (line,) = publish_command(predict_folder)
    assert ": unchanged" in line


def test_the_command_refuses_a_folder_with_mistakes_and_publishes_nothing(folder, predict_folder):
    (predict_folder / "starter.py").unlink()
    with pytest.raises(CommandError, match=r"starter\.py: is missing") as caught:
        publish_command(folder, predict_folder)
    assert caught.value.returncode == 1
    assert not Exercise.objects.exists()


def test_the_admin_shows_versions_and_changes_none(version, admin_client):
    for url in ("exerciseversion/", f"exerciseversion/{version.pk}/change/", "exercise/"):
        assert admin_client.get(f"/admin/exercises/{url}").status_code == 200
    for url in ("exerciseversion/add/", f"exerciseversion/{version.pk}/delete/"):
        assert admin_client.get(f"/admin/exercises/{url}").status_code == 403
    assert admin_client.post(f"/admin/exercises/exerciseversion/{version.pk}/change/", {}).status_code == 403


def run_json(*arguments) -> tuple[list[dict], int]:
    """The records that a verb prints, and its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("exercise", *map(str, arguments), "--json", stdout=out)
    except SystemExit as ended:
        code = int(ended.code)
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_a_folder_elsewhere_is_made_compared_and_published(tmp_path):
    (made,), code = run_json("new", "my-own-one", "--into", tmp_path)
    folder = tmp_path / "my-own-one"
    assert (made, code) == ({"slug": "my-own-one", "folder": str(folder)}, 0)
    (before,), code = run_json("diff", folder)
    assert code == 1 and before["published"] is None and "solution.py" in before["changes"]
    (published,), code = run_json("publish", folder)
    assert code == 0 and published["is_new"] and published["content_hash"] == before["content_hash"]
    assert run_json("diff", folder) == ([before | {"published": before["content_hash"], "changes": {}}], 0)
    (folder / "statement.en.md").write_text("Another text.\n")
    (after,), code = run_json("diff", folder)
    assert code == 1 and "+Another text." in after["changes"]["statement.en.md"]
    assert list(after["changes"]) == ["statement.en.md"]


def test_what_differs_is_shown_as_a_diff(version, folder):
    (folder / "statement.en.md").write_text("Another text.")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("exercise", "diff", str(folder), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == f"sum-of-squares: 1 files differ from version {version.content_hash[:12]}"
    assert lines[1:3] == ["--- a/statement.en.md", "+++ b/statement.en.md"] and "+Another text." in lines
