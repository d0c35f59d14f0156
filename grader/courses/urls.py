"""URLs of courses. Joining one is in the project's list of URLs, beside its rate limit."""

from django.urls import path

from grader.courses import assignment_views, member_views, views

urlpatterns = [
    path("courses/", views.courses, name="courses"),
    path("courses/new/", views.course_new, name="course_new"),
    path("courses/<slug:slug>/", views.course, name="course"),
    path("courses/<slug:slug>/edit/", views.course_edit, name="course_edit"),
    path("courses/<slug:slug>/copy/", views.course_copy, name="course_copy"),
    path("courses/<slug:slug>/archive/", views.course_archive, name="course_archive"),
    path("courses/<slug:slug>/members/", member_views.course_members, name="course_members"),
    path("courses/<slug:slug>/members/invite/", member_views.member_invite, name="member_invite"),
    path("courses/<slug:slug>/members/<int:pk>/", member_views.course_member, name="course_member"),
    path("courses/<slug:slug>/members/<int:pk>/remove/", member_views.member_remove, name="member_remove"),
    path("courses/<slug:slug>/members/<int:pk>/link/", member_views.member_link, name="member_link"),
    path("courses/<slug:slug>/sections/", member_views.course_sections, name="course_sections"),
    path("courses/<slug:slug>/join-code/", member_views.course_join_code, name="course_join_code"),
    path("courses/<slug:slug>/assignments/", assignment_views.assignments, name="assignments"),
    path("courses/<slug:slug>/assignments/add/", assignment_views.assignments_add, name="assignments_add"),
    path("courses/<slug:slug>/assignments/order/", assignment_views.assignments_order, name="assignments_order"),
    path("courses/<slug:slug>/assignments/rules/", assignment_views.assignments_rules, name="assignments_rules"),
    path("courses/<slug:slug>/assignments/<int:pk>/", assignment_views.assignment, name="assignment"),
    path(
        "courses/<slug:slug>/assignments/<int:pk>/remove/",
        assignment_views.assignment_remove,
        name="assignment_remove",
    ),
    path("courses/<slug:slug>/extensions/", assignment_views.extensions, name="extensions"),
    path("courses/<slug:slug>/extensions/new/", assignment_views.extension_new, name="extension_new"),
    path("courses/<slug:slug>/extensions/<int:pk>/", assignment_views.extension, name="extension"),
    path("courses/<slug:slug>/extensions/<int:pk>/remove/", assignment_views.extension_remove, name="extension_remove"),
]
