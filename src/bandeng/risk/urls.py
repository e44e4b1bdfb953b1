"""Addresses of the five-colour map."""

from django.urls import URLPattern, path

from bandeng.risk.views import alerts, exports, maps, streets

VERSION = "risk/maps/<int:month>/<int:version>/"

urlpatterns: list[URLPattern] = [
    path("risk/", maps.newest, name="risk"),
    path("risk/versions/", maps.versions, name="risk-versions"),
    path("risk/drafts/", maps.draft, name="risk-draft"),
    path(VERSION, maps.master, name="risk-map"),
    path(VERSION + "publish", maps.publish, name="risk-publish"),
    path(VERSION + "definitions/", maps.definitions, name="risk-definitions"),
    path(VERSION + "weights/", maps.weights, name="risk-weights"),
    path(VERSION + "forecasts/", maps.forecasts, name="risk-forecasts"),
    path(VERSION + "report/", exports.report, name="risk-report"),
    path(VERSION + "table.<str:form>", exports.export, name="risk-export"),
    path(VERSION + "indicators/<slug:code>/", maps.indicator, name="risk-indicator"),
    path(VERSION + "streets/<str:area>/", streets.street, name="risk-street"),
    path(VERSION + "streets/<str:area>/records/<slug:code>/", streets.records, name="risk-records"),
    path("risk/alerts/", alerts.index, name="risk-alerts"),
    path("risk/alerts/<int:number>/", alerts.alert, name="risk-alert"),
    path("risk/alerts/<int:number>/tasks/<int:key>", alerts.task, name="risk-alert-task"),
    path("risk/alerts/<int:number>/<slug:name>", alerts.act, name="risk-alert-act"),
]
