"""Where each address leads."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from bandeng.core.views import healthz
from bandeng.intake.api import api
from bandeng.intake.views import open311

FORM = r"\.(?P<form>json|xml)$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("bandeng.accounts.urls")),
    path("", include("bandeng.organisations.urls")),
    path("api/v1/", api.urls),
    re_path(r"^open311/v2/services" + FORM, open311.services),
    re_path(r"^open311/v2/services/(?P<code>[^/]{1,40})" + FORM, open311.service),
    re_path(r"^open311/v2/requests" + FORM, open311.requests),
    re_path(r"^open311/v2/requests/(?P<number>[^/]{1,40})" + FORM, open311.request_one),
    re_path(r"^open311/v2/tokens/(?P<number>[^/]{1,40})" + FORM, open311.token),
    re_path(r"^open311/discovery" + FORM, open311.discovery),
    path("", include("bandeng.clues.urls")),
    path("", include("bandeng.cockpit.urls")),
    path("", include("bandeng.desk.urls")),
    path("", include("bandeng.evaluation.urls")),
    path("", include("bandeng.harm.urls")),
    path("", include("bandeng.intake.urls")),
    path("", include("bandeng.risk.urls")),
]
