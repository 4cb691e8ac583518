"""Addresses of proposals."""

from django.urls import path

from apps.proposals import views

app_name = "proposals"

urlpatterns = [
    path("", views.pipeline, name="pipeline"),
    path("new/", views.draft_create, name="draft-create"),
    path("fee/", views.fee, name="fee"),
    path("<uuid:proposal_id>/", views.detail, name="detail"),
    path("<uuid:proposal_id>/letter/", views.letter, name="letter"),
    path("<uuid:proposal_id>/save/", views.save, name="save"),
    path("<uuid:proposal_id>/rewrite/", views.rewrite, name="rewrite"),
    path("<uuid:proposal_id>/stop/", views.draft_cancel, name="draft-cancel"),
    path("<uuid:proposal_id>/approve/", views.approve, name="approve"),
    path("<uuid:proposal_id>/undo/", views.undo, name="undo"),
    path("<uuid:proposal_id>/sent/", views.mark_sent, name="mark-sent"),
    path("<uuid:proposal_id>/not-sent/", views.mark_not_sent, name="mark-not-sent"),
    path("<uuid:proposal_id>/move/", views.move, name="move"),
    path("<uuid:proposal_id>/versions/<int:number>/", views.version_compare, name="version-compare"),
    path("<uuid:proposal_id>/versions/<int:number>/restore/", views.version_restore, name="version-restore"),
]
