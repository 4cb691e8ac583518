from django.urls import path

from apps.jobs.views import feed, searches, weights

app_name = "jobs"

urlpatterns = [
    path("", feed.feed, name="feed"),
    path("news/", feed.feed_news, name="feed-news"),
    path("rail/", feed.rail, name="rail"),
    path("weights/", weights.weights, name="weights"),
    path("searches/", searches.search_list, name="search-list"),
    path("searches/new/", searches.search_create, name="search-create"),
    path("searches/try/", searches.search_preview, name="search-preview"),
    path("searches/<uuid:search_id>/", searches.search_edit, name="search-edit"),
    path("searches/<uuid:search_id>/delete/", searches.search_delete, name="search-delete"),
    path("<uuid:job_id>/", feed.detail, name="detail"),
    path("<uuid:job_id>/save/", feed.save, name="save"),
    path("<uuid:job_id>/unsave/", feed.unsave, name="unsave"),
    path("<uuid:job_id>/hide/", feed.hide, name="hide"),
    path("<uuid:job_id>/unhide/", feed.unhide, name="unhide"),
]
