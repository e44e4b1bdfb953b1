"""Addresses of the five-colour map."""

from django.urls import URLPattern, path

from bandeng.risk.views import alerts, clusters, exports, maps, sets, stocks, streets

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
    path(VERSION + "report.pdf", exports.report, name="risk-report"),
    path(VERSION + "table.<str:form>", exports.export, name="risk-export"),
    path(VERSION + "indicators/<slug:code>/", maps.indicator, name="risk-indicator"),
    path(VERSION + "streets/<str:area>/", streets.street, name="risk-street"),
    path(VERSION + "streets/<str:area>/report.pdf", exports.street_report, name="risk-street-report"),
    path(VERSION + "streets/<str:area>/records/<slug:code>/", streets.records, name="risk-records"),
    path("risk/indicators/", sets.index, name="risk-sets"),
    path("risk/indicators/<int:set_id>/", sets.declared_set, name="risk-set"),
    path("risk/indicators/draft/", sets.draft, name="risk-set-draft"),
    path("risk/indicators/draft/copy", sets.copy, name="risk-set-copy"),
    path("risk/indicators/draft/drop", sets.drop, name="risk-set-drop"),
    path("risk/indicators/draft/effect/", sets.effect, name="risk-set-effect"),
    path("risk/indicators/draft/texts/<slug:code>/", sets.texts, name="risk-set-texts"),
    path("risk/stocks/", stocks.index, name="risk-stocks"),
    path("risk/stocks/template.<str:form>", stocks.template, name="risk-stock-template"),
    path("risk/stocks/<int:upload_id>/", stocks.upload, name="risk-stock-upload"),
    path("risk/stocks/<int:upload_id>/bring", stocks.bring, name="risk-stock-bring"),
    path("risk/stocks/<int:upload_id>/drop", stocks.drop, name="risk-stock-drop"),
    path("risk/clusters/", clusters.newest, name="risk-clusters"),
    path("risk/clusters/ask", clusters.ask, name="risk-clusters-ask"),
    path("risk/clusters/definitions/", clusters.definitions, name="risk-clusters-definitions"),
    path("risk/clusters/runs/", clusters.history, name="risk-clusters-runs"),
    path("risk/clusters/runs/<int:run_id>/", clusters.run, name="risk-clusters-run"),
    path("risk/clusters/runs/<int:run_id>/table.<str:form>", clusters.export, name="risk-clusters-export"),
    path("risk/clusters/<int:surge_id>/", clusters.surge, name="risk-surge"),
    path("risk/clusters/<int:surge_id>/finding", clusters.finding, name="risk-surge-finding"),
    path("risk/alerts/", alerts.index, name="risk-alerts"),
    path("risk/alerts/<int:number>/", alerts.alert, name="risk-alert"),
    path("risk/alerts/<int:number>/records/<slug:code>/", alerts.records, name="risk-alert-records"),
    path("risk/alerts/<int:number>/tasks/<int:key>", alerts.task, name="risk-alert-task"),
    path("risk/alerts/<int:number>/<slug:name>", alerts.act, name="risk-alert-act"),
]
