from django.urls import path

from apps.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.feed, name="feed"),
    path("news/", views.feed_news, name="feed-news"),
    path("weights/", views.weights, name="weights"),
    path("searches/", views.search_list, name="search-list"),
    path("searches/new/", views.search_create, name="search-create"),
    path("searches/try/", views.search_preview, name="search-preview"),
    path("searches/<uuid:search_id>/", views.search_edit, name="search-edit"),
    path("searches/<uuid:search_id>/delete/", views.search_delete, name="search-delete"),
    path("<uuid:job_id>/", views.detail, name="detail"),
    path("<uuid:job_id>/save/", views.save, name="save"),
    path("<uuid:job_id>/unsave/", views.unsave, name="unsave"),
    path("<uuid:job_id>/hide/", views.hide, name="hide"),
    path("<uuid:job_id>/unhide/", views.unhide, name="unhide"),
]
