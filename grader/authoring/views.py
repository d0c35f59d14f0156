"""The pages of drafts: list, new, import, the editor and its files, settings."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grader.authoring import drafts as drafting
from grader.authoring.access import demand_author, find_source, find_workspace, owns, set_in
from grader.authoring.archive import MAX_ZIP_KIB, Refused, decode, read_zip, write_zip
from grader.authoring.forms import ImportForm, NewForm, SettingsForm
from grader.authoring.models import Changed, Workspace
from grader.authoring.pages import build_editor, build_list, build_source, build_sources, context_of, draft_url
from grader.courses.views import form_view, invalid
from grader.submissions.sources import unix_lines
from grader.submissions.texts import show_statement


@require_safe
@never_cache
def drafts(request: HttpRequest) -> HttpResponse:
    """One's own drafts, and those of one's courses."""
    demand_author(request.user)
    return render(request, "authoring/drafts.html", {"page": build_list(request.user)})


@form_view
@never_cache
def draft_new(request: HttpRequest) -> HttpResponse:
    """Begin with a small complete exercise of a kind."""
    demand_author(request.user)
    form = NewForm(request.user, request.POST or None, initial={"kind": "implement"})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        files = drafting.skeleton_files(chosen["slug"], chosen["kind"])
        try:
            workspace = drafting.begin(chosen["slug"], request.user, files, "created", course=chosen["course"])
        except Refused as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, _("A small exercise that passes its check. Make it yours, file by file."))
            return redirect("draft_edit", workspace.pk)
    return render(request, "authoring/new.html", {"form": form}, status=invalid(request))


@form_view
@never_cache
def draft_import(request: HttpRequest) -> HttpResponse:
    """A new draft from a zip; a zip that is refused changes nothing."""
    demand_author(request.user)
    form = ImportForm(request.user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            folder, files = read_upload(chosen["file"])
            slug = chosen["slug"].strip() or drafting.free_slug(folder or chosen["file"].name.rpartition(".")[0])
            if problem := drafting.slug_problem(slug):
                form.add_error("slug", problem)
            else:
                workspace = drafting.begin(slug, request.user, files, "imported", course=chosen["course"])
                messages.success(request, _("Imported."))
                return redirect("draft_edit", workspace.pk)
        except Refused as error:
            form.add_error("file", str(error))
    return render(request, "authoring/import.html", {"form": form}, status=invalid(request))


def read_upload(upload) -> tuple[str, drafting.Files]:
    """(the folder's name, its files) of an uploaded zip. Raises Refused."""
    if upload.size > MAX_ZIP_KIB * 1024:
        what = _("The zip file has more than %(kib)d KiB") % {"kib": MAX_ZIP_KIB}
        raise Refused("", what, _("An exercise is a few small texts: zip only its folder."))
    return read_zip(upload.read())


@require_safe
@never_cache
def sources(request: HttpRequest) -> HttpResponse:
    """The bundled exercises, to be read and copied."""
    demand_author(request.user)
    return render(request, "authoring/sources.html", {"lines": build_sources()})


@form_view
@never_cache
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a published exercise's files; a POST copies them to a draft of one's own."""
    exercise = find_source(request.user, slug)
    if request.method == "POST":
        assert exercise.current is not None
        workspace = drafting.copy_version(exercise.current, request.user)
        messages.success(request, _("Copied. This draft is yours; the original stays as it is."))
        return redirect("draft_edit", workspace.pk)
    page = build_source(request.user, slug, request.GET.get("file", ""))
    return render(request, "authoring/source.html", {"page": page})


@form_view
@never_cache
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. A POST saves the open file; what somebody else has saved meanwhile is shown, not overwritten."""
    workspace = find_workspace(request.user, pk)
    if request.method != "POST":
        return show_editor(request, workspace, request.GET.get("file", ""))
    path, text = request.POST.get("file", ""), unix_lines(request.POST.get("text", ""))
    try:
        drafting.save_text(workspace, path, text, on=read_revision(request), author=request.user)
    except Changed as conflict:
        return show_editor(request, conflict.workspace, path, HTTPStatus.CONFLICT, text=text, conflict=conflict)
    except Refused as error:
        return show_editor(request, workspace, path, HTTPStatus.UNPROCESSABLE_ENTITY, text=text, refusal=str(error))
    if request.POST.get("then") == "check":
        return redirect("draft_check", pk)
    if request.htmx:  # type: ignore[attr-defined]
        return show_editor(request, workspace, path, saved=_("Saved"))
    return redirect(draft_url(workspace, path))


def show_editor(
    request: HttpRequest,
    workspace: Workspace,
    path: str,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    text: str | None = None,
    conflict: Changed | None = None,
    refusal: str = "",
    saved: str = "",
) -> HttpResponse:
    """The page; for a save from the page only the part that tells how it went."""
    page = build_editor(workspace, path, text=text, conflict=conflict)
    page.saved = saved
    if conflict is not None:
        page.revision = read_revision(request)  # saving again in the same way is a conflict again
    template = "authoring/_state.html" if request.htmx else "authoring/editor.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": page, "refusal": refusal}, status=status)


def read_revision(request: HttpRequest) -> int:
    """The revision on which the form was shown, or the one that the author has seen and writes over."""
    given = request.POST.get("over") or request.POST.get("revision", "")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise Http404("no revision")
    return int(given)


@require_POST
def draft_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Add, upload, rename or remove a file."""
    workspace = find_workspace(request.user, pk)
    path = request.POST.get("file", "")
    try:
        path = change_files(request, workspace, path)
    except Changed as conflict:
        messages.error(request, _("The draft was changed meanwhile. Nothing was done: look at it and do it again."))
        workspace = conflict.workspace
    except Refused as error:
        messages.error(request, str(error))
    return redirect(draft_url(workspace, path if path in workspace.files else ""))


def change_files(request: HttpRequest, workspace: Workspace, path: str) -> str:
    """Do what was asked for; the path to show afterwards. Raises Changed, Refused."""
    on, author, name = read_revision(request), request.user, request.POST.get("name", "")
    match request.POST.get("do"):
        case "add":
            folder = request.POST.get("folder", "")
            path = drafting.full_path(name, folder if folder in drafting.FOLDERS else "")
            drafting.add_file(workspace, path, None, on=on, author=author)
        case "upload":
            path = upload_files(request, workspace, on)
        case "rename":
            to = drafting.full_path(name, path.partition("/")[0] + "/" if "/" in path else "")
            drafting.rename_file(workspace, path, to, on=on, author=author)
            path = to
        case "remove":
            drafting.remove_file(workspace, path, on=on, author=author)
            path = ""
        case _unknown:
            raise Http404("no such action")
    return path


def upload_files(request: HttpRequest, workspace: Workspace, on: int) -> str:
    """Uploaded texts, all or none, each in place of the file of its name. Raises Changed, Refused."""
    folder = request.POST.get("folder", "")
    uploads = request.FILES.getlist("upload")
    if not uploads:
        raise Refused("", _("No file was chosen"), _("Choose one."))
    files, path = dict(workspace.files), ""
    for upload in uploads:
        path = drafting.full_path(upload.name or "", folder if folder in drafting.FOLDERS else "")
        files = drafting.with_text(files, path, decode(path, drafting.read_limited(upload)))
    drafting.replace_all(workspace, files, on=on, author=request.user, what="uploaded", path=path)
    return path


@require_POST
def draft_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement as students will see it."""
    find_workspace(request.user, pk)
    return render(
        request, "authoring/_preview.html", {"preview": show_statement(unix_lines(request.POST.get("text", "")))}
    )


@form_view
@never_cache
def draft_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """With whom it is shared; and the ways to export, replace and delete."""
    workspace = find_workspace(request.user, pk)
    kept = (
        workspace.course if workspace.course and set_in(request.user).filter(pk=workspace.course_id).exists() else None
    )
    # Not "or None": the form's one field may be empty.
    form = SettingsForm(request.user, request.POST if request.method == "POST" else None, initial={"course": kept})
    is_ones_own = owns(request.user, workspace)
    if request.method == "POST" and not is_ones_own:
        raise Http404("only its author says who shares a draft")
    if request.method == "POST" and form.is_valid():
        Workspace.objects.filter(pk=pk).update(course=form.cleaned_data["course"])
        messages.success(request, _("Saved."))
        return redirect("draft_settings", pk)
    context = context_of(workspace) | {
        "form": form,
        "is_ones_own": is_ones_own,
        "may_delete": is_ones_own and not workspace.publications.exists(),
    }
    return render(request, "authoring/settings.html", context, status=invalid(request))


@form_view
@never_cache
def draft_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first. What was published keeps its draft: students' submissions rely on its versions."""
    workspace = find_workspace(request.user, pk)
    if workspace.publications.exists() or not owns(request.user, workspace):
        raise Http404("a published draft stays, and others' are not one's own to delete")
    if request.method == "POST":
        workspace.delete()
        messages.success(request, _("The draft is deleted."))
        return redirect("authoring")
    return render(request, "authoring/delete.html", {"workspace": workspace})


@require_safe
@never_cache
def draft_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The folder as a zip."""
    workspace = find_workspace(request.user, pk)
    answer = HttpResponse(write_zip(workspace.slug, workspace.files), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{workspace.slug}.zip"'
    return answer


@require_http_methods(["POST"])
def draft_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """All files by those of a zip, as one step that can be taken back."""
    workspace = find_workspace(request.user, pk)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Refused("", _("No file was chosen"), _("Choose one."))
        _folder, files = read_upload(upload)
        drafting.replace_all(workspace, files, on=read_revision(request), author=request.user, what="imported")
    except Changed:
        messages.error(request, _("The draft was changed meanwhile. Nothing was done: look at it and do it again."))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("draft_settings", pk)
    else:
        messages.success(request, _("Imported."))
    return redirect(reverse("draft_edit", args=[pk]))
