"""The pages of a course's members: list, roles, leaving, invitations, sections, the join code."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.courses import members
from grader.courses.audit import record
from grader.courses.forms import InviteForm, MemberForm, SectionForm
from grader.courses.members import Invitation, LastInstructor
from grader.courses.models import Enrollment, Section
from grader.courses.pages import build_members, list_extensions_of, name_of
from grader.courses.permissions import Act, Seat, find_seat
from grader.courses.views import form_view, invalid, join_url, post_view


@require_safe
@never_cache
def course_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody in the course, with search."""
    seat = find_seat(request.user, slug, Act.TEACH)
    asked = [request.GET.get(name, "")[:100] for name in ("q", "role", "section", "page")]
    page = build_members(seat, *asked, join_url=join_url(request, seat.course) if seat.may_enrol else "")
    return render(request, "courses/members.html", {"page": page, "seat": seat})


def find_member(seat: Seat, pk: int) -> Enrollment:
    """Raises Http404."""
    member = seat.course.enrollments.select_related("user", "section", "course").filter(pk=pk).first()
    if member is None:
        raise Http404("no such member")
    return member


@form_view
@never_cache
def course_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member: role and section to be changed by instructors, extensions to be seen by all who teach."""
    seat = find_seat(request.user, slug, Act.ENROL if request.method == "POST" else Act.TEACH)
    member = find_member(seat, pk)
    form = MemberForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        role, section = form.cleaned_data["role"], form.cleaned_data["section"]
        try:
            members.set_role(member, role, section)
        except LastInstructor:
            form.add_error("role", _("This is the only instructor. Make somebody else instructor first."))
        except Enrollment.DoesNotExist:
            raise Http404("gone meanwhile") from None
        else:
            record(request, seat.course, "member.change", user=member.user_id, role=role, section=str(section or ""))
            messages.success(request, _("Saved."))
            return redirect("course_member", slug=slug, pk=pk)
    context = {
        "seat": seat,
        "member": member,
        "name": name_of(member.user),
        "form": form,
        "may_get_link": members.may_get_link(member),
        "extensions": list_extensions_of(member),
    }
    return render(request, "courses/member.html", context, status=invalid(request))


@form_view
@never_cache
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask first; then end the membership."""
    seat = find_seat(request.user, slug, Act.ENROL)
    member = find_member(seat, pk)
    refused = ""
    if request.method == "POST":
        try:
            members.remove(member)
        except LastInstructor:
            refused = _("This is the only instructor. Make somebody else instructor first.")
        except Enrollment.DoesNotExist:
            raise Http404("gone meanwhile") from None
        else:
            record(request, seat.course, "member.remove", user=member.user_id, role=member.role)
            messages.success(request, _("%(name)s is no longer in the course.") % {"name": name_of(member.user)})
            return redirect(
                "courses" if member.user_id == request.user.pk else "course_members", *own(request, member, slug)
            )
    context = {"seat": seat, "member": member, "name": name_of(member.user), "refused": refused}
    return render(request, "courses/member_remove.html", context, status=HTTPStatus.CONFLICT if refused else 200)


def own(request: HttpRequest, member: Enrollment, slug: str) -> list[str]:
    """The address's arguments: who has left a course cannot see its members."""
    return [] if member.user_id == request.user.pk else [slug]


@post_view
@never_cache
def member_link(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A fresh link to set a password, for an invited account that nobody has used yet."""
    seat = find_seat(request.user, slug, Act.ENROL)
    member = find_member(seat, pk)
    if not members.may_get_link(member):
        messages.error(request, _("This account is in use already; its password is its owner's business."))
        return redirect("course_member", slug=slug, pk=pk)
    record(request, seat.course, "member.link", user=member.user_id)
    context = {"seat": seat, "links": [show_link(request, member)], "done": None}
    return render(request, "courses/invited.html", context)


def show_link(request: HttpRequest, member: Enrollment) -> dict[str, Any]:
    """A name and an address; the address is worthless once the password is set or the account is used."""
    user = member.user
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("set_password", args=[uid, default_token_generator.make_token(user)])
    return {"name": name_of(user), "username": user.get_username(), "url": request.build_absolute_uri(path)}


@form_view
@never_cache
def member_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """A list of people: first what it would do, with every error at its line; done only when that is confirmed."""
    seat = find_seat(request.user, slug, Act.ENROL)
    form = InviteForm(request.POST or None, request.FILES or None)
    invitation: Invitation | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read(members.MAX_BYTES + 1) if file else form.cleaned_data["text"].encode("utf-8", "replace")
        invitation = members.read_invitation(seat.course, data)
        if invitation.is_right and "confirm" in request.POST:
            try:
                done = members.invite(seat.course, invitation)
            except IntegrityError:
                invitation.errors.append(_("Somebody else has just changed these accounts. Look at the list again."))
            else:
                created = [member.user_id for member in done.created]
                record(request, seat.course, "member.invite", added=done.added, moved=done.moved, created=created)
                links = [show_link(request, member) for member in done.created]
                return render(request, "courses/invited.html", {"seat": seat, "links": links, "done": done})
        form = InviteForm(initial={"text": invitation.text})
    is_wrong = invitation is not None and not invitation.is_right
    context = {"seat": seat, "form": form, "invitation": invitation, "columns": members.COLUMNS}
    return render(request, "courses/invite.html", context, status=422 if is_wrong else 200)


@form_view
@never_cache
def course_sections(request: HttpRequest, slug: str) -> HttpResponse:
    """Sections: make, rename, take apart."""
    seat = find_seat(request.user, slug, Act.ENROL)
    section = find_section(seat, request.POST.get("section", ""))
    form = SectionForm(None, course=seat.course)
    if request.method == "POST" and section and "delete" in request.POST:
        section.delete()
        record(request, seat.course, "section.delete", name=section.name)
        return redirect("course_sections", slug=slug)
    if request.method == "POST":
        form = SectionForm(request.POST, course=seat.course, section=section)
        if form.is_valid():
            save_section(request, seat, section, form.cleaned_data["name"])
            return redirect("course_sections", slug=slug)
    page = build_members(seat, "", "", "", "")
    context = {"seat": seat, "form": form, "sections": page.sections, "failed": section.pk if section else 0}
    return render(request, "courses/sections.html", context, status=invalid(request))


def save_section(request: HttpRequest, seat: Seat, section: Section | None, name: str) -> None:
    if section:
        before, section.name = section.name, name
        section.save(update_fields=["name"])
        record(request, seat.course, "section.rename", before=before, name=name)
    else:
        Section.objects.get_or_create(course=seat.course, name=name)
        record(request, seat.course, "section.create", name=name)


def find_section(seat: Seat, text: str) -> Section | None:
    """The section of a posted form; None for a new one. Raises Http404."""
    if not text:
        return None
    section = seat.course.sections.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    if section is None:
        raise Http404("no such section")
    return section


@post_view
def course_join_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Renew the join code, or switch it off."""
    seat = find_seat(request.user, slug, Act.ENROL)
    if "off" in request.POST:
        seat.course.switch_join_code_off()
        record(request, seat.course, "join_code.off")
        messages.success(request, _("The join code is switched off."))
    else:
        seat.course.renew_join_code()
        record(request, seat.course, "join_code.renew")
        messages.success(request, _("There is a new join code. An older one opens nothing any more."))
    return redirect("course_members", slug=slug)
