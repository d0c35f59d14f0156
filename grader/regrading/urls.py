"""URLs of regrades."""

from django.urls import path

from grader.regrading import views

urlpatterns = [
    path("courses/<slug:slug>/regrades/", views.regrades, name="regrades"),
    path("courses/<slug:slug>/regrades/new/", views.regrade_new, name="regrade_new"),
    path("courses/<slug:slug>/regrades/<int:pk>/", views.regrade, name="regrade"),
    path("courses/<slug:slug>/regrades/<int:pk>/decide/", views.regrade_decide, name="regrade_decide"),
]
