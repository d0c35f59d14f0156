"""Every rule of the exercise format that the types in format.py cannot express."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, get_args

import msgspec

from exercises import schema
from exercises.format import (
    LOCALES,
    MANIFEST,
    SLUG,
    EntryPoint,
    Kind,
    Manifest,
    Mistake,
    header_of,
    parse_entry_point,
    slug_mistakes,
    split_names,
)

HINTS = 3
_ALWAYS = (MANIFEST, "statement.en.md", "statement.zh-hant.md", "starter.py", "solution.py", "hidden_tests.py")
_CODE = ("probe.py", "public_tests.py")
_PREDICT = ("snippet.tmpl", "variants.py")
_MODULE = re.compile(r"[a-z_][a-z0-9_]*\.py")
_TEST = re.compile(r"test_[a-z0-9_]+")


def decode_manifest(files: dict[str, str], mistakes: list[Mistake]) -> dict[str, Any]:
    """exercise.toml as plain tables, empty if it cannot be read."""
    try:
        return msgspec.toml.decode(files.get(MANIFEST, ""), type=dict[str, Any])
    except msgspec.DecodeError as error:
        what, _, where = str(error).partition(" (at ")
        where = where.rstrip(")").partition(",")[0]
        mistakes.append(Mistake(MANIFEST, where, what[0].lower() + what[1:], "write valid TOML"))
        return {}


def find_mistakes(
    slug: str, files: dict[str, str], raw: dict[str, Any], unread: frozenset[str] = frozenset()
) -> list[Mistake]:
    """Everything that is wrong; `unread` names files that are there but were refused."""
    mistakes: list[Mistake] = []
    trees = _parse_python(files, mistakes)
    if raw:
        schema.collect(raw, Manifest, "", lambda *parts: mistakes.append(Mistake(MANIFEST, *parts)))
    mistakes += slug_mistakes(slug)
    mistakes += _check_files(files, _kind(raw) if raw else None, unread)
    if raw:
        mistakes += _check_manifest(raw)
        mistakes += _check_test_tables(raw, trees)
        mistakes += _check_misconceptions(files, raw)
        mistakes += _check_messages(raw)
        mistakes += _check_calls(raw, trees)
        mistakes += _check_entry_points(raw, trees)
        mistakes += _check_predict(files, raw)
    return mistakes


def is_known_path(name: str) -> bool:
    """Whether a file of this name can be part of an exercise, of whatever kind."""
    path = PurePosixPath(name)
    if str(path.parent) in ("mutants", "accepted"):
        return bool(_MODULE.fullmatch(path.name)) and name == str(path)
    return name in (*_ALWAYS, *_CODE, *_PREDICT)


def known_paths() -> tuple[str, ...]:
    """The names that a file of the folder itself can have."""
    return (*_ALWAYS, *_CODE, *_PREDICT)


def placeholders(text: str) -> set[str]:
    """Names between braces. Raises ValueError for anything but simple names."""
    names: set[str] = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is not a simple name")
        names.add(name)
    return names


def _table(raw: object, *keys: str) -> dict[str, Any]:
    """The table at `keys`, or an empty one when something else is there (the types report that)."""
    for key in keys:
        raw = raw.get(key, {}) if isinstance(raw, dict) else {}
    return raw if isinstance(raw, dict) else {}


def _kind(raw: dict[str, Any]) -> str:
    return str(raw.get("kind", "implement"))


def _parse_python(files: dict[str, str], mistakes: list[Mistake]) -> dict[str, ast.Module]:
    trees: dict[str, ast.Module] = {}
    for path, text in files.items():
        if path.endswith(".py"):
            try:
                trees[path] = ast.parse(text, path)
            except SyntaxError as error:
                mistakes.append(Mistake(path, f"line {error.lineno}", error.msg, "write valid Python"))
            except (ValueError, RecursionError) as error:
                mistakes.append(Mistake(path, "", str(error), "write valid Python"))
    return trees


def _check_files(files: dict[str, str], kind: str | None, unread: frozenset[str]) -> Iterator[Mistake]:
    by_kind = _PREDICT if kind == "predict" else _CODE
    wanted = {*_ALWAYS, *(by_kind if kind else ())}
    for name in sorted(wanted - files.keys() - unread):
        yield Mistake(name, "", "is missing", "add it")
    for name in sorted(wanted & files.keys()):
        if not files[name].strip():
            yield Mistake(name, "", "is empty", "write it")
    if not any(name.startswith("mutants/") for name in {*files, *unread}):
        yield Mistake("mutants/", "", "holds no mutant", "add the classic wrong answers, one a file")
    allowed = {*_ALWAYS, *_CODE, *(() if kind in get_args(Kind) and kind != "predict" else _PREDICT)}
    for name, text in files.items():
        path = PurePosixPath(name)
        if "\0" in text:
            yield Mistake(name, f"character {text.index(chr(0))}", "is a NUL", "remove it")
        if str(path.parent) in ("mutants", "accepted"):
            if not _MODULE.fullmatch(path.name):
                yield Mistake(name, "", "is no module name", "use a name such as no_zero.py")
        elif name not in allowed:
            yield Mistake(
                name,
                "",
                "does not belong to an exercise",
                schema.did_you_mean(name, wanted - files.keys(), "remove it"),
            )


def _check_manifest(raw: dict[str, Any]) -> Iterator[Mistake]:
    hints = raw.get("hints")
    if isinstance(hints, list) and len(hints) != HINTS:
        remedy = f"write exactly {HINTS}: a question, a pointer, the idea"
        yield Mistake(MANIFEST, "hints", f"has {len(hints)} entries", remedy)
    if raw.get("concepts") == []:
        yield Mistake(MANIFEST, "concepts", "is empty", "name at least one concept")
    for name, test in _table(raw, "tests").items():
        if not isinstance(test, dict):
            continue
        points = test.get("points", 0)
        if test.get("advice") is True and "points" in test:
            yield Mistake(MANIFEST, f"tests.{name}.points", "advice is worth no points", "remove points or advice")
        elif not test.get("advice") and not (isinstance(points, (int, float)) and points > 0):
            remedy = "give it points above 0, or advice = true"
            yield Mistake(MANIFEST, f"tests.{name}.points", "is missing or 0", remedy)
    for name in _table(raw, "misconceptions"):
        if not SLUG.fullmatch(name):
            remedy = "use lower-case letters, digits and hyphens"
            yield Mistake(MANIFEST, f"misconceptions.{name}", "is no misconception id", remedy)


def _check_test_tables(raw: dict[str, Any], trees: dict[str, ast.Module]) -> Iterator[Mistake]:
    for table, file in (("tests", "hidden_tests.py"), ("public", "public_tests.py")):
        named = list(_table(raw, table))
        if table == "tests" and isinstance(raw.get("tests"), dict) and not named:
            yield Mistake(MANIFEST, "tests", "is empty", "add a table for each function of hidden_tests.py")
        if file not in trees:
            continue
        defined = [node.name for node in trees[file].body if _is_test(node)]  # type: ignore[attr-defined]
        for name in sorted({name for name in defined if defined.count(name) > 1}):
            yield Mistake(file, name, "is defined twice", "rename one of them")
        for name in defined:
            if name not in named:
                remedy = f"add [{table}.{name}] to {MANIFEST}"
                yield Mistake(file, name, f"has no table in {MANIFEST}", remedy)
        for name in named:
            if not _TEST.fullmatch(name):
                yield Mistake(MANIFEST, f"{table}.{name}", "is no test name", "use test_ and lower-case letters")
            elif name not in defined:
                remedy = schema.did_you_mean(name, set(defined) - set(named)) if defined else "define it"
                yield Mistake(MANIFEST, f"{table}.{name}", f"{file} defines no such function", remedy)


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test")


def _check_misconceptions(files: dict[str, str], raw: dict[str, Any]) -> Iterator[Mistake]:
    tests, ideas = _table(raw, "tests"), _table(raw, "misconceptions")
    for path, text in files.items():
        header = header_of(text)
        if path.startswith("accepted/") and not header.get("why"):
            yield Mistake(path, "why", "the header is missing", 'begin the file with "# why: …"')
        if not path.startswith("mutants/"):
            continue
        idea, fails = header.get("misconception", ""), split_names(header.get("fails", ""))
        if not idea:
            yield Mistake(path, "misconception", "the header is missing", 'begin the file with "# misconception: ID"')
        elif idea not in ideas:
            remedy = schema.did_you_mean(idea, ideas)
            yield Mistake(path, "misconception", f"{MANIFEST} has no [misconceptions.{idea}]", remedy)
        if not fails:
            remedy = 'add "# fails: test_…" with each test that must fail'
            yield Mistake(path, "fails", "the header is missing", remedy)
        for name in fails:
            if name not in tests:
                remedy = schema.did_you_mean(name, tests)
                yield Mistake(path, "fails", f"{MANIFEST} has no [tests.{name}]", remedy)


def _check_messages(raw: dict[str, Any]) -> Iterator[Mistake]:
    for key, message in _table(raw, "messages").items():
        names: dict[str, set[str]] = {}
        for locale in LOCALES:
            text = message.get(locale) if isinstance(message, dict) else None
            if isinstance(text, str):
                try:
                    names[locale] = placeholders(text)
                except ValueError as error:
                    remedy = "use {name} only; write {{ and }} for braces"
                    yield Mistake(MANIFEST, f"messages.{key}.{locale}", str(error), remedy)
        if len(names) == len(LOCALES) and len({frozenset(found) for found in names.values()}) > 1:
            one, other = names.values()
            differing = ", ".join(sorted(one ^ other))
            what = f"the languages differ in {{{differing}}}"
            yield Mistake(MANIFEST, f"messages.{key}", what, "use the same placeholders in both")


def _check_calls(raw: dict[str, Any], trees: dict[str, ast.Module]) -> Iterator[Mistake]:
    """Names that the tests give as literals: fail("key"), student.probe("name")."""
    probes = _defined(trees["probe.py"]) if "probe.py" in trees else None
    for file in ("hidden_tests.py", "public_tests.py"):
        for call in ast.walk(trees.get(file, ast.Module([], []))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if not isinstance(first, str):
                continue
            if name in ("probe", "outcome_of") and probes is not None and first not in probes:
                yield Mistake(
                    file, f"line {call.lineno}", f'probe.py has no "{first}"', schema.did_you_mean(first, probes)
                )
            if name == "fail" and isinstance(call.func, ast.Name):
                yield from _check_fail(file, call, first, raw)


def _check_fail(file: str, call: ast.Call, key: str, raw: dict[str, Any]) -> Iterator[Mistake]:
    line, messages, ideas = f"line {call.lineno}", _table(raw, "messages"), _table(raw, "misconceptions")
    if key not in messages:
        yield Mistake(file, line, f"{MANIFEST} has no [messages.{key}]", schema.did_you_mean(key, messages))
        return
    given = {keyword.arg for keyword in call.keywords}
    for keyword in call.keywords:
        idea = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg == "misconception" and isinstance(idea, str) and idea not in ideas:
            yield Mistake(file, line, f"{MANIFEST} has no [misconceptions.{idea}]", schema.did_you_mean(idea, ideas))
    try:
        wanted = placeholders(str(_table(messages, key).get("en", "")))
    except ValueError:
        return
    if None not in given and wanted - given:
        missing = ", ".join(sorted(wanted - given))
        yield Mistake(file, line, f'fail("{key}") does not give {missing}', "pass it as a keyword argument")


def _check_entry_points(raw: dict[str, Any], trees: dict[str, ast.Module]) -> Iterator[Mistake]:
    texts = raw.get("entry_points")
    if not isinstance(texts, list):
        return
    if not texts:
        yield Mistake(MANIFEST, "entry_points", "is empty", "name what the submission must define")
    for index, text in enumerate(text for text in texts if isinstance(text, str)):
        try:
            entry = parse_entry_point(text)
        except ValueError as error:
            remedy = 'write it as "train(params, lr)" or "class Softplus"'
            yield Mistake(MANIFEST, f"entry_points[{index + 1}]", str(error), remedy)
            continue
        for file in ("starter.py", "solution.py"):
            if file in trees and entry.name not in _defined(trees[file]):
                remedy = schema.did_you_mean(entry.name, _defined(trees[file]))
                yield Mistake(file, entry.name, f"is not defined, but {MANIFEST} names it an entry point", remedy)


def _defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


def _check_predict(files: dict[str, str], raw: dict[str, Any]) -> Iterator[Mistake]:
    if _kind(raw) != "predict":
        if "predict" in raw:
            yield Mistake(
                MANIFEST, "predict", "belongs to predict exercises only", 'remove it, or set kind = "predict"'
            )
        return
    fields = _table(raw, "predict").get("fields")
    if "predict" not in raw or fields == []:
        yield Mistake(MANIFEST, "predict.fields", "is missing", "add one [[predict.fields]] for each answer")
    names: list[str] = []
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        key = f"predict.fields[{index + 1}]"
        if not isinstance(field, dict):
            continue
        names.append(str(field.get("name", index)))
        if names[-1] in names[:-1]:
            yield Mistake(MANIFEST, f"{key}.name", f'"{names[-1]}" is there twice', "rename one of them")
        if isinstance(field.get("expr"), str):
            try:
                ast.parse(field["expr"].strip(), mode="eval")
            except (SyntaxError, ValueError):
                yield Mistake(MANIFEST, f"{key}.expr", "is no Python expression", 'write one such as "y.item()"')
    yield from _check_field_tests(raw, names)
    yield from _check_snippet(files, raw)


def _check_field_tests(raw: dict[str, Any], names: list[str]) -> Iterator[Mistake]:
    """One test for each field, named after it: the harness finds a field by its test's name."""
    tests = list(_table(raw, "tests"))
    for name in names:
        if f"test_{name}" not in tests:
            yield Mistake(MANIFEST, f"tests.test_{name}", f'is missing for the field "{name}"', "add it")
    for test in tests:
        if test.removeprefix("test_") not in names:
            remedy = schema.did_you_mean(test, {f"test_{name}" for name in names} - set(tests), "remove it")
            yield Mistake(MANIFEST, f"tests.{test}", "belongs to no field", remedy)


def _check_snippet(files: dict[str, str], raw: dict[str, Any]) -> Iterator[Mistake]:
    texts = raw.get("entry_points")
    entry: EntryPoint | None = None
    try:
        entry = parse_entry_point(texts[0]) if isinstance(texts, list) and len(texts) == 1 else None
    except (ValueError, AttributeError):
        return  # reported with the entry points
    if entry is None or entry.name != "predict" or entry.parameters is None:
        yield Mistake(MANIFEST, "entry_points", "must be one function named predict", 'write ["predict(x, k)"]')
        return
    if "snippet.tmpl" not in files:
        return
    template = string.Template(files["snippet.tmpl"])
    if not template.is_valid():
        yield Mistake("snippet.tmpl", "", "holds a $ that begins no name", "write $$ for a dollar sign")
        return
    for name in sorted(set(template.get_identifiers()) - set(entry.parameters)):
        yield Mistake("snippet.tmpl", f"${name}", f"is no parameter of {entry.signature}", "use the same names in both")
    try:
        ast.parse(template.substitute(dict.fromkeys(template.get_identifiers(), "2")))
    except SyntaxError as error:
        yield Mistake("snippet.tmpl", f"line {error.lineno}", error.msg, "write valid Python around the placeholders")
