"""Routes of volunteering and the time bank, included at `volunteering/`."""

from django.urls import path

from .views import awards, bank, desk, mine, public, purses, records, roster, shifts, teams

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
    path("coins/", purses.coins, name="coins"),
    path("pool/", public.pool, name="pool"),
    path("awards/", public.awards, name="awards"),
    path("awards/desk/", awards.award_desk, name="award-desk"),
    path("awards/<int:pk>/", awards.award_round, name="award-round"),
    path("desk/", desk.desk, name="volunteering-desk"),
    path("shifts/<int:pk>/", shifts.shift_list, name="shift-list"),
    path("desk/window/", desk.window, name="volunteer-window"),
    path("desk/records/", records.records, name="record-corrections"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", desk.team_new, name="team-new"),
    path("teams/<slug:number>/", teams.team_detail, name="team-detail"),
    path("roster/", roster.roster, name="roster"),
    path("roster/hours/", roster.hours_table, name="hours-table"),
    path("roster/<slug:number>/", roster.roster_person, name="roster-person"),
    path("roster/<slug:number>/certificate/", roster.roster_certificate, name="roster-certificate"),
    path("plan/", desk.plan, name="volunteering-plan"),
    path("bank/", bank.bank, name="bank-desk"),
    path("bank/counter/", purses.counter, name="bank-counter"),
    path("bank/counter/<uuid:pk>/", purses.counter_person, name="bank-person"),
    path("bank/shops/", bank.shops, name="shop-catalogue"),
    path("bank/clients/", bank.clients, name="key-clients"),
    path("shop/", bank.shop, name="shop-desk"),
]
