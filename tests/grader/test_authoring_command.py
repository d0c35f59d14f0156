"""`manage.py exercise import | export`: folders, zips and repositories become drafts, or are refused as a whole."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grader.authoring import git
from grader.authoring.archive import Refused, read_zip, write_zip
from grader.authoring.drafts import skeleton_files
from grader.authoring.models import Workspace

pytestmark = pytest.mark.django_db
FILES = skeleton_files("relu-grad", "implement")


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("exercise", *map(str, arguments), stdout=out)
    return out.getvalue()


def write(folder: Path, files: dict[str, str] = FILES) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def repository(tmp_path):
    """A repository with one exercise in a folder of its own; gives its URL."""
    root = tmp_path / "exercises-of-mine"
    write(root / "relu-grad")
    (root / "README.md").write_text("Mine\n")
    commit(root, "init", "--quiet", "--initial-branch=main")
    return root


def commit(root: Path, *first: str) -> str:
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in ([*first] if first else [], ["add", "-A"], ["commit", "--quiet", "-m", "x"]):
        if words:
            subprocess.run(
                ["git", *settings, *words], cwd=root, check=True, env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
            )
    return f"file://{root}"


def test_a_folder(tmp_path, people):
    said = run("import", write(tmp_path / "relu-grad"), "--owner", "teacher", "--course", "autograd")
    workspace = Workspace.objects.get()
    assert (workspace.slug, workspace.files, workspace.course.slug) == ("relu-grad", FILES, "autograd")
    assert f"{len(FILES)} files" in said


def test_a_zip_and_back(tmp_path, people):
    (tmp_path / "x.zip").write_bytes(write_zip("relu-grad", FILES))
    run("import", tmp_path / "x.zip", "--owner", "teacher", "--slug", "mine")
    run("export", "mine", tmp_path / "back.zip")
    assert read_zip((tmp_path / "back.zip").read_bytes()) == ("mine", FILES)
    run("export", "mine", tmp_path / "folder")
    assert (tmp_path / "folder" / "mutants" / "no_factor.py").read_text() == FILES["mutants/no_factor.py"]
    with pytest.raises(CommandError, match="exists already"):
        run("export", "mine", tmp_path / "folder")


def test_a_repository(repository, people):
    run("import", f"file://{repository}", "--owner", "teacher")
    assert (Workspace.objects.get().slug, Workspace.objects.get().files) == ("relu-grad", FILES)


def test_a_repository_with_several(repository, people):
    write(repository / "other")
    url = commit(repository)
    with pytest.raises(CommandError, match="relu-grad"):
        run("import", url, "--owner", "teacher")
    run("import", url, "--owner", "teacher", "--folder", "other")
    assert Workspace.objects.get().slug == "other"
    with pytest.raises(CommandError, match="no such folder"):
        run("import", url, "--owner", "teacher", "--folder", "../..", "--slug", "x")


def test_a_repository_with_a_link(repository, people):
    (repository / "relu-grad" / "mutants" / "link.py").symlink_to("/etc/passwd")
    with pytest.raises(CommandError, match="symbolic link"):
        run("import", commit(repository), "--owner", "teacher")
    assert not Workspace.objects.exists()


def test_a_hook_of_the_host_does_not_run(repository, people, tmp_path, monkeypatch):
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "post-checkout").chmod(0o755)
    (tmp_path / "config").write_text(f"[core]\n  hooksPath = {hooks}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    run("import", f"file://{repository}", "--owner", "teacher")
    assert not (tmp_path / "ran").exists()


def test_a_repository_that_is_too_large(repository, people, monkeypatch):
    (repository / "large.bin").write_bytes(os.urandom(3 << 20))
    monkeypatch.setattr(git, "MAX_FILE_MIB", 1)
    with pytest.raises(CommandError, match="1 MiB"):
        run("import", commit(repository), "--owner", "teacher")


@pytest.mark.parametrize(
    "url", ["ssh://host/x", "git@host:x/y.git", "http://host/x", "ext::sh -c id://x", "git://host/x", "https://a b"]
)
def test_other_protocols(url):
    with pytest.raises(Refused, match="https"):
        with git.fetched(url):
            pass


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nowhere", "--owner", "teacher"], "not a folder"),
        (["nowhere", "--owner", "nobody-here"], "no user"),
        (["nowhere", "--owner", "teacher", "--course", "gone"], "no course"),
        (["file:///nowhere/at/all", "--owner", "teacher"], "git cannot fetch it"),
    ],
)
def test_what_cannot_be_imported(people, arguments, said):
    with pytest.raises(CommandError, match=said):
        run("import", *arguments)


def test_a_folder_with_strange_files_changes_nothing(tmp_path, people):
    write(tmp_path / "relu-grad", {**FILES, "notes.txt": "x"})
    with pytest.raises(CommandError, match=r"notes\.txt"):
        run("import", tmp_path / "relu-grad", "--owner", "teacher")
    assert not Workspace.objects.exists()


def test_importing_again(tmp_path, people):
    folder = write(tmp_path / "relu-grad")
    run("import", folder, "--owner", "teacher")
    with pytest.raises(CommandError, match="taken"):
        run("import", folder, "--owner", "teacher")
    (folder / "starter.py").write_text("x = 1\n")
    run("import", folder, "--owner", "teacher", "--replace")
    workspace = Workspace.objects.get()
    assert (workspace.revision, workspace.files["starter.py"]) == (2, "x = 1\n")
    with pytest.raises(CommandError, match="taken"):
        run("import", folder, "--owner", "student", "--replace")
