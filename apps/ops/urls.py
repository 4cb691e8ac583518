from django.urls import path

from apps.ops import views

app_name = "ops"

urlpatterns = [path("mail/", views.mail_list, name="mail-list")]
