"""URLs of grades, of looking at work, and of the audit."""

from django.urls import path

from grader.gradebook import audit_views, erase_views, views, work_views

urlpatterns = [
    path("courses/<slug:slug>/gradebook/", views.gradebook, name="gradebook"),
    path("courses/<slug:slug>/gradebook/export/", views.gradebook_export, name="gradebook_export"),
    path("courses/<slug:slug>/gradebook/<int:user>/<int:assignment>/", views.grade_cell, name="grade_cell"),
    path("courses/<slug:slug>/grades/", views.grades, name="grades"),
    path("courses/<slug:slug>/grades/<int:user>/<int:assignment>/", views.grade, name="grade"),
    path("courses/<slug:slug>/submissions/", work_views.course_submissions, name="course_submissions"),
    path("submissions/<uuid:pk>/comments/", work_views.comment_new, name="comment_new"),
    path("submissions/<uuid:pk>/comments/<int:comment>/remove/", work_views.comment_remove, name="comment_remove"),
    path("submissions/<uuid:pk>/flag/", work_views.submission_flag, name="submission_flag"),
    path("courses/<slug:slug>/audit/", audit_views.audit, name="audit"),
    path("people/erase/", erase_views.erase_user, name="erase_user"),
]
