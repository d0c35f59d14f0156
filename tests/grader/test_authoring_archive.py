"""Zips of exercise folders: exactly the folder out; attacks and accidents get a refusal that names file and remedy."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from exercises.format import content_hash_of
from grader.authoring import archive
from grader.authoring.archive import Refused, read_zip, write_zip
from grader.authoring.drafts import find_line, parse_files, skeleton_files

FILES = skeleton_files("relu-grad", "implement")


def zipped(entries: dict[str, bytes | str], folder: str = "relu-grad/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(folder + name, content)
    return out.getvalue()


def with_entry(info: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"relu-grad/{name}", text)
        archive.writestr(info, content)
    return out.getvalue()


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_zip(data)
    assert caught.value.remedy.strip()
    return caught.value


def test_a_folder_goes_out_and_comes_in_the_same() -> None:
    folder, files = read_zip(write_zip("relu-grad", FILES))
    assert (folder, files) == ("relu-grad", FILES)
    assert content_hash_of(files) == content_hash_of(FILES)
    assert write_zip("relu-grad", files) == write_zip("relu-grad", FILES), "the same bytes each time"


@pytest.mark.parametrize("folder, name", [("", ""), ("relu-grad-main/relu-grad/", "relu-grad"), ("./", "")])
def test_other_ways_to_zip_a_folder(folder: str, name: str) -> None:
    assert read_zip(zipped(FILES, folder)) == (name, FILES)


def test_what_machines_leave_behind_is_passed_over() -> None:
    litter = {"relu-grad/.DS_Store": b"\0\1", "__MACOSX/relu-grad/._x": b"\0", "relu-grad/__pycache__/a.pyc": b"\0"}
    inside = {f"relu-grad/{name}": text for name, text in FILES.items()}
    assert read_zip(zipped({**inside, **litter}, "")) == ("relu-grad", FILES)


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../starter.py",
        "relu-grad/../../starter.py",
        "C:/starter.py",
        "relu-grad\\starter.py",
        "//a/b.py",
    ],
)
def test_paths_that_lead_elsewhere(name: str) -> None:
    assert refusal(zipped({name: "x = 1"}, "")).file == name


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(kind: int) -> None:
    info = zipfile.ZipInfo("relu-grad/mutants/link.py")
    info.external_attr = (kind | 0o777) << 16
    assert refusal(with_entry(info, b"/etc/passwd")).file == "relu-grad/mutants/link.py"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["starter.py", "Starter.py"])
def test_a_name_that_is_there_twice(name: str) -> None:
    data = with_entry(zipfile.ZipInfo(f"relu-grad/{name}"))
    assert refusal(data).file == name
    assert "twice" in str(refusal(data))


def test_a_bomb_is_refused_by_its_ratio() -> None:
    data = zipped({**FILES, "mutants/bomb.py": b"#" * 200_000})
    assert "100 times" in str(refusal(data))


def test_a_file_that_is_too_large() -> None:
    data = zipped({**FILES, "mutants/large.py": b"# 123456789\n" * 30_000})
    assert "256 KiB" in str(refusal(data))


def test_a_header_that_lies_about_the_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({**FILES, "mutants/liar.py": b"#" * 400_000})
    monkeypatch.setattr(archive, "refuse_bombs", lambda entries: None)
    assert refusal(data).file.endswith("liar.py")


def test_many_files_that_are_large_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL_KIB", 2)
    assert "Together" in str(refusal(zipped(FILES)))


@pytest.mark.parametrize("count", [201, 10_000])
def test_too_many_files(count: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"mutants/m{number}.py", "")
    assert str(count) in str(refusal(out.getvalue()))


def test_a_zip_that_is_too_large() -> None:
    assert "2048 KiB" in str(refusal(b"\0" * (2049 << 10)))


def test_text_that_is_none() -> None:
    assert "UTF-8" in str(refusal(zipped({**FILES, "starter.py": b"\xff\xfe"})))
    assert "NUL" in str(refusal(zipped({**FILES, "starter.py": b"x = '\0'"})))


@pytest.mark.parametrize(
    "name, remedy", [("startr.py", "starter.py"), ("notes.txt", "Remove"), ("mutants/Bad-Name.py", "Remove")]
)
def test_unknown_names(name: str, remedy: str) -> None:
    refused = refusal(zipped({**FILES, name: "x"}))
    assert refused.file == name
    assert remedy in refused.remedy


@pytest.mark.parametrize("data", [b"", b"no zip", write_zip("a", FILES)[:-30], write_zip("a", FILES)[40:]])
def test_what_is_no_zip(data: bytes) -> None:
    refusal(data)


def test_a_damaged_file_is_named() -> None:
    data = bytearray(zipped({"starter.py": "x = 1\n" * 50}))
    place = data.index(b"starter.py") + len("starter.py") + 3
    data[place] ^= 0xFF
    assert "starter.py" in refusal(bytes(data)).file


def test_an_encrypted_file() -> None:
    data = bytearray(zipped({"starter.py": "x = 1"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "password" in refusal(bytes(data)).remedy


def test_an_empty_zip() -> None:
    assert "empty" in str(refusal(zipped({})))


@pytest.mark.parametrize(
    "file, old, new, line_of",
    [
        ("exercise.toml", "points = 3", "points = 300", "points = 300"),
        ("exercise.toml", 'title.zh-hant = "梯度正確"\n', "", "[tests.test_gradient]"),
        ("exercise.toml", "tier = 1", "tier = 9", "tier = 9"),
        ("exercise.toml", 'en = "Which tensor', "en = Which tensor", "en = Which tensor"),
        ("hidden_tests.py", "def test_gradient(", "def test_gradients(", "def test_gradients("),
        ("solution.py", "return leaf.grad", "return return", "return return"),
        ("mutants/no_factor.py", "# fails: test_gradient", "# fails: test_other", "# fails: test_other"),
    ],
)
def test_a_mistake_leads_to_its_line(file: str, old: str, new: str, line_of: str) -> None:
    file = next(name for name in FILES if name == file or (name.startswith(file[:8]) and old in FILES[name]))
    assert old in FILES[file]
    files = {**FILES, file: FILES[file].replace(old, new, 1)}
    exercise, mistakes = parse_files("relu-grad", files)
    assert exercise is None
    lines = {
        files[file].split("\n")[find_line(mistake, files[file]) - 1] for mistake in mistakes if mistake.file == file
    }
    assert any(line.startswith(line_of) or line.strip().startswith(line_of) for line in lines), (mistakes, lines)
