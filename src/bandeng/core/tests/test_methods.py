"""Opening an address that only takes what a form sends."""

import pytest
from django.test import Client

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ADDRESS = "/clues/mailbox/write"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "这个地址不能直接打开"), ("en", "takes only what")]
)
def test_a_browser_is_shown_a_page_of_the_house(language: str, words: str) -> None:
    answer = Client(headers={"accept": BROWSER, "accept-language": language}).get(ADDRESS)
    shown = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert words in shown and 'id="main"' in shown and 'href="/"' in shown


@pytest.mark.django_db
def test_a_program_gets_the_bare_refusal() -> None:
    answer = Client(headers={"accept": "application/json"}).get(ADDRESS)
    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "POST")
