from django.urls import path

from . import views
from .views import living

urlpatterns = [
    path("people/", views.person_list, name="person-list"),
    path("people/find/", views.person_find, name="person-find"),
    path("people/new/", views.person_new, name="person-new"),
    path("people/<uuid:pk>/", views.person_detail, name="person-detail"),
    path("people/<uuid:pk>/posts/new/", views.post_new, name="post-new"),
    path("people/<uuid:pk>/edit/", living.edit, name="person-edit"),
    path("people/<uuid:pk>/household/", living.settle, name="person-settle"),
    path("people/<uuid:pk>/proxies/new/", living.entrust, name="person-entrust"),
    path("households/members/<int:pk>/leave/", living.move_out, name="member-leave"),
    path("proxies/<int:pk>/end/", living.end_proxy, name="proxy-end"),
    path("me/proxies/", living.own_proxies, name="my-proxies"),
    path("posts/", views.post_list, name="post-list"),
    path("posts/<int:pk>/end/", views.post_end, name="post-end"),
    path("residences/", views.claim_list, name="claim-list"),
    path("residences/new/", views.claim_new, name="claim-new"),
    path("residences/<int:pk>/answer/", views.claim_answer, name="claim-answer"),
]
