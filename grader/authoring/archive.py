"""Exercise folders as zip files: exactly the folder out, and in only what can be an exercise.

A zip is a stranger's: nothing of it is written anywhere, every entry is looked at before any is read, and reading stops
at the limits whatever the headers say. Refusals name the entry and the remedy.
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from exercises.checks import is_known_path, known_paths
from exercises.format import MANIFEST, MAX_FILE_KIB, MAX_FILES
from exercises.schema import did_you_mean

MAX_ZIP_KIB = 2048
MAX_TOTAL_KIB = 4096
MAX_RATIO = 100
RATIO_FROM_KIB = 64  # small files of one letter compress well and harm nobody
CHUNK = 64 << 10
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same folder gives the same bytes


class Refused(ValueError):
    """What cannot be taken: `file` names it where it is one, `remedy` says what to do."""

    def __init__(self, file: str, what: str, remedy: str) -> None:
        super().__init__(f"{file}: {what}. {remedy}" if file else f"{what}. {remedy}")
        self.file, self.what, self.remedy = file, what, remedy


def write_zip(slug: str, files: dict[str, str]) -> bytes:
    """The folder `slug` with exactly these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(files.items()):
            info = zipfile.ZipInfo(f"{slug}/{path}", EPOCH)
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode())
    return out.getvalue()


def read_zip(data: bytes) -> tuple[str, dict[str, str]]:
    """(name of the folder in it, or "", its files). Raises Refused."""
    if len(data) > MAX_ZIP_KIB * 1024:
        what = _("The zip file has more than %(kib)d KiB") % {"kib": MAX_ZIP_KIB}
        raise Refused("", what, _("An exercise is a few small texts: zip only its folder."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [info for info in archive.infolist() if not info.is_dir()]
            for info in archive.infolist():
                refuse_name(info.filename)
                refuse_kind(info)
            entries = [info for info in entries if not is_litter(info.filename)]
            refuse_crowd(entries)
            return read_entries(archive, entries)
    except Refused:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise Refused("", _("This is no zip file that can be read"), _("Zip the folder again.")) from error


def read_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[str, dict[str, str]]:
    names = {info: str(PurePosixPath(info.filename)) for info in entries}
    folder = common_folder(list(names.values()))
    names = {info: name.removeprefix(f"{folder}/") if folder else name for info, name in names.items()}
    refuse_duplicates(names.values())
    for name in names.values():
        refuse_unknown(name)
    refuse_bombs(entries)
    room = MAX_TOTAL_KIB * 1024
    files: dict[str, str] = {}
    for info, name in names.items():
        content = read_bounded(archive, info)
        room -= len(content)
        if room < 0:
            raise too_large_together()
        files[name] = decode(name, content)
    return folder.rpartition("/")[2], files


def refuse_name(name: str) -> None:
    """Names that lead out of the folder, or that mean different things on different machines."""
    parts = PurePosixPath(name).parts
    shown = name if name.isprintable() else ascii(name)
    if name.startswith("/") or "\\" in name or (len(name) > 1 and name[1] == ":"):
        raise Refused(shown, _("This is an absolute path"), _("Zip the folder itself, so that its paths begin there."))
    if ".." in parts:
        raise Refused(shown, _("This path leads out of the folder"), _("Zip only the exercise's own folder."))
    if "\0" in name or not name.isprintable() or len(name) > 200:
        raise Refused(shown[:200], _("This is no name for a file"), _("Rename it."))


def refuse_kind(info: zipfile.ZipInfo) -> None:
    """Links, devices and what is locked. (`external_attr` holds Unix' file mode in its upper half.)"""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise Refused(info.filename, _("This is a symbolic link"), _("Put a copy of the file in its place."))
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(info.filename, _("This is no regular file"), _("Remove it."))
    if info.flag_bits & 0x1:
        raise Refused(info.filename, _("This file is encrypted"), _("Zip the folder without a password."))


def is_litter(name: str) -> bool:
    """What file managers and Python leave behind; a folder on disk is read without it, too."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part in ("__pycache__", "__MACOSX") for part in parts) or name.endswith(".pyc")


def refuse_crowd(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        what = _("It holds %(count)d files, more than %(most)d") % {"count": len(entries), "most": MAX_FILES}
        raise Refused("", what, _("Zip only one exercise's folder."))
    if not entries:
        raise Refused("", _("The zip file is empty"), _("Zip the exercise's folder."))


def common_folder(names: list[str]) -> str:
    """The path that everything is below, for a zip of the folder (or of a folder around it) and not of what is in it."""
    folder: list[str] = []
    paths = [PurePosixPath(name).parts for name in names]
    while True:
        depth = len(folder)
        tops = {path[depth] for path in paths if len(path) > depth + 1}
        is_one = len(tops) == 1 and all(len(path) > depth + 1 for path in paths)
        if not is_one or tops <= {"mutants", "accepted"}:
            return "/".join(folder)
        folder += tops


def refuse_duplicates(names: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        # Some machines' folders cannot hold both README and readme, or é written in two ways.
        key = unicodedata.normalize("NFC", name).casefold()
        if key in seen:
            raise Refused(name, _("This name is there twice"), _("Remove or rename one of the two."))
        seen[key] = name


def refuse_unknown(name: str) -> None:
    if not is_known_path(name):
        known = [MANIFEST, *known_paths()]
        near = did_you_mean(name, known, " ")
        remedy = _("Remove it. Known are the files of the format, mutants/*.py and accepted/*.py.")
        if near.strip():
            remedy = _("Rename it: %(near)s") % {"near": near}
        raise Refused(name, _("This file does not belong to an exercise"), remedy)


def refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    """By what the headers say; `read_bounded` does not believe them."""
    for info in entries:
        if info.file_size > MAX_FILE_KIB * 1024:
            raise too_large(info.filename)
        if info.file_size > RATIO_FROM_KIB * 1024 and info.file_size > MAX_RATIO * max(1, info.compress_size):
            what = _("It unpacks to more than %(ratio)d times its size") % {"ratio": MAX_RATIO}
            raise Refused(info.filename, what, _("Remove it: no exercise needs such a file."))
    if sum(info.file_size for info in entries) > MAX_TOTAL_KIB * 1024:
        raise too_large_together()


def read_bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            content = file.read(MAX_FILE_KIB * 1024 + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise Refused(info.filename, _("This file cannot be unpacked"), _("Zip the folder again.")) from error
    if len(content) > MAX_FILE_KIB * 1024:
        raise too_large(info.filename)
    return content


def decode(name: str, content: bytes) -> str:
    """A file's text, with the line ends of the format. Raises Refused."""
    if len(content) > MAX_FILE_KIB * 1024:
        raise too_large(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = _("Byte %(place)d is not UTF-8") % {"place": error.start}
        raise Refused(name, what, _("Save the file as UTF-8.")) from error
    if "\0" in text:
        raise Refused(name, _("It holds a NUL character"), _("Remove it."))
    return text.replace("\r\n", "\n")


def too_large(name: str) -> Refused:
    return Refused(name, _("It has more than %(kib)d KiB") % {"kib": MAX_FILE_KIB}, _("Make it shorter."))


def too_large_together() -> Refused:
    what = _("Together the files have more than %(kib)d KiB") % {"kib": MAX_TOTAL_KIB}
    return Refused("", what, _("Make them shorter."))
