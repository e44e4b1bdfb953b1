"""Scripts that somebody has stored run in no browser, and a page would not run one if it were let in."""

from typing import Any

import pytest

from bandeng.accounts.middleware import FACTOR_KEY
from tests.browser.conftest import PageAt
from tests.security.district import scene

SCRIPT = '"><script>window.stolen=1</script><img src=x onerror="window.stolen=1">'
PATHS = (
    "/desk/?queue=all",
    "/desk/matters/{number}/",
    "/desk/matters/{number}/print",
    "/desk/map/",
    "/screen/",
    "/desk/templates/",
    "/admin/accounts/",
    "/worker/",
)


@pytest.fixture
def signed_in(page_at: PageAt, live_server: Any) -> Any:
    placed = scene(SCRIPT)
    client = placed.client(placed.insider)
    assert client.session[FACTOR_KEY]
    page = page_at(1440, height=900)
    name = "sessionid"
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return placed, page


def test_no_stored_script_runs(signed_in: Any) -> None:
    placed, page = signed_in
    for path in PATHS:
        answer = page.goto(path.format(number=placed.opened.matter.number))
        assert answer is not None and answer.status == 200, path
        assert page.evaluate("window.stolen") is None, path


def test_an_injected_script_is_blocked_by_the_policy(signed_in: Any) -> None:
    _, page = signed_in
    page.goto("/desk/?queue=all")
    page.evaluate(
        """() => {
            const script = document.createElement('script')
            script.textContent = 'window.stolen = 1'
            document.body.append(script)
            document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.stolen=1">')
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.stolen") is None
