from django.urls import path

from . import views

urlpatterns = [path("files/<uuid:pk>/", views.file_content, name="file-content")]
