"""Routes of volunteering and the time bank, included at `volunteering/`."""

from django.urls import path

from .views import desk, mine, public

urlpatterns = [
    path("", public.near, name="volunteering-near"),
    path("map.json", public.near_map, name="volunteering-map"),
    path("activities/new/", desk.activity_new, name="activity-new"),
    path("activities/<slug:number>/", public.activity_detail, name="activity-detail"),
    path("me/", mine.me, name="volunteering-me"),
    path("me/profile/", mine.profile, name="volunteering-profile"),
    path("me/report/", mine.report, name="volunteering-report"),
    path("me/certificate/", mine.certificate, name="certificate-issue"),
    path("calendar/<str:token>.ics", public.calendar, name="volunteering-calendar"),
    path("check/", public.check, name="certificate-check"),
    path("help/", mine.ask, name="help-ask"),
    path("help/near/", mine.offers, name="help-offers"),
    path("help/enter/", desk.enter, name="help-enter"),
    path("coins/", mine.coins, name="coins"),
    path("pool/", public.pool, name="pool"),
    path("awards/", public.awards, name="awards"),
    path("desk/", desk.desk, name="volunteering-desk"),
    path("shifts/<int:pk>/", desk.shift_list, name="shift-list"),
    path("teams/new/", desk.team_new, name="team-new"),
    path("plan/", desk.plan, name="volunteering-plan"),
    path("bank/", desk.bank, name="bank-desk"),
    path("shop/", desk.shop, name="shop-desk"),
]
