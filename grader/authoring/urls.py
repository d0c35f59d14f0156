"""URLs of authors. Drafts go by number: their names are the students' business once they are published."""

from django.urls import path

from grader.authoring import check_views, mutant_views, trial_views, version_views, views

urlpatterns = [
    path("authoring/", views.drafts, name="authoring"),
    path("authoring/new/", views.draft_new, name="authoring_new"),
    path("authoring/import/", views.draft_import, name="authoring_import"),
    path("authoring/sources/", views.sources, name="authoring_sources"),
    path("authoring/sources/<slug:slug>/", views.source, name="authoring_source"),
    path("authoring/mutants/<slug:slug>/", mutant_views.mutant_new, name="authoring_mutant"),
    path("authoring/trials/<uuid:pk>/", trial_views.trial, name="authoring_trial"),
    path("authoring/checks/<int:pk>/", check_views.check, name="authoring_check"),
    path("authoring/<int:pk>/", views.draft, name="draft_edit"),
    path("authoring/<int:pk>/files/", views.draft_files, name="draft_files"),
    path("authoring/<int:pk>/preview/", views.draft_preview, name="draft_preview"),
    path("authoring/<int:pk>/settings/", views.draft_settings, name="draft_settings"),
    path("authoring/<int:pk>/delete/", views.draft_delete, name="draft_delete"),
    path("authoring/<int:pk>/export/", views.draft_export, name="draft_export"),
    path("authoring/<int:pk>/replace/", views.draft_replace, name="draft_replace"),
    path("authoring/<int:pk>/check/", check_views.draft_check, name="draft_check"),
    path("authoring/<int:pk>/try/", trial_views.draft_try, name="draft_try"),
    path("authoring/<int:pk>/publish/", version_views.draft_publish, name="draft_publish"),
    path("authoring/<int:pk>/versions/", version_views.draft_versions, name="draft_versions"),
    path("authoring/<int:pk>/history/", version_views.draft_history, name="draft_history"),
    path("authoring/<int:pk>/history/<int:number>/", version_views.draft_revision, name="draft_revision"),
]
