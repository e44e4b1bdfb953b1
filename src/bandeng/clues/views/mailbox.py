"""The reporter's mailbox: number and code open it for half an hour; the address of its page holds neither."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.clues import vault
from bandeng.clues.forms.fields import MOST_PICTURES
from bandeng.clues.forms.reporter import LetterForm, MailboxForm
from bandeng.clues.labels import CLUE_KINDS, CLUE_STATES, CLUE_STEP_KINDS
from bandeng.clues.rules import number_read, secret_read
from bandeng.clues.selectors import NotVisible
from bandeng.clues.selectors.mailbox import mailbox_of
from bandeng.clues.selectors.page import attachment_of
from bandeng.clues.services.attachments import picture_of
from bandeng.clues.services.mailbox import Key, letter_write, mailbox_clue
from bandeng.clues.views.answers import picture_answer, too_often
from bandeng.clues.views.drafts import draft_drop, receipt_drop
from bandeng.clues.views.reporter import pictures_staged
from bandeng.core import clock
from bandeng.core.allowance import Answer, address_of, allow

TRIES, TRIES_WINDOW = 10, timedelta(minutes=15)  # of one address, and for one number
LETTERS, LETTERS_WINDOW = 20, timedelta(hours=1)  # into one mailbox
OPEN_FOR = timedelta(minutes=30)
SLOT = "clue_mailbox"
TOO_MANY = pgettext_lazy("clue form", "Too many letters within an hour. Keep the text and send it later.")


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Number and code; whatever is wrong is told in the same words, as late as what is right."""
    if request.method == "GET":
        return render(request, "clues/mailbox/find.html", {"form": MailboxForm()})
    form = MailboxForm(request.POST)
    if form.is_valid():
        number, secret = form.cleaned_data["number"], form.cleaned_data["secret"]
        limited = _limited(request, number)
        if limited is not None:
            return too_often(request, limited)
        try:
            clue = mailbox_clue(number=number, secret=secret)
        except NotVisible:
            words = pgettext("clue form", "Number and code do not fit together. Look at your receipt again.")
            form.add_error(None, words)
        else:
            _hold(request, Key(clue.number, secret_read(secret)))
            receipt_drop(request.session)
            return redirect("clue_mailbox_open")
    return render(request, "clues/mailbox/find.html", {"form": form}, status=422)


def _limited(request: HttpRequest, number: str) -> Answer | None:
    """The refusal for whoever asks too often: from one address, or for one number, whether it exists or not."""
    for key in (f"mailbox from {address_of(request)}", f"mailbox number {number_read(number)}"):
        answer = allow(key=key, limit=TRIES, window=TRIES_WINDOW)
        if not answer:
            return answer
    return None


def _hold(request: HttpRequest, key: Key) -> None:
    until = (clock.now() + OPEN_FOR).isoformat()
    request.session[SLOT] = vault.seal(
        {"number": key.number, "secret": key.secret, "until": until}, purpose=SLOT, subject=SLOT
    )


def _held(request: HttpRequest) -> Key | None:
    """The mailbox that this session has open."""
    try:
        kept = vault.opened(request.session.get(SLOT, ""), purpose=SLOT, subject=SLOT)
    except (vault.KeyUnknown, vault.EnvelopeBroken):
        return None
    if not kept or datetime.fromisoformat(kept["until"]) < clock.now():
        return None
    return Key(kept["number"], kept["secret"])


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The mailbox that this session has open."""
    key = _held(request)
    return _page(request, key, LetterForm()) if key else redirect("clue_mailbox")


def _page(
    request: HttpRequest, key: Key, form: LetterForm, *, refusals: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    try:
        clue = mailbox_clue(number=key.number, secret=key.secret)
    except NotVisible:
        return redirect("clue_mailbox")
    _hold(request, key)
    words = {
        "kind_word": dict(CLUE_KINDS)[clue.kind],
        "state_word": dict(CLUE_STATES)[clue.state],
        "step_words": dict(CLUE_STEP_KINDS),
    }
    context = {"box": mailbox_of(clue), "form": form, "refusals": refusals, **words}
    return render(request, "clues/mailbox/open.html", context, status=status)


@never_cache
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Add a letter, with pictures."""
    key = _held(request)
    if key is None:
        return redirect("clue_mailbox")
    form = LetterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, key, form, status=422)
    limited = allow(key=f"letters {key.number}", limit=LETTERS, window=LETTERS_WINDOW)
    if not limited:
        form.add_error(None, str(TOO_MANY))
        return _page(request, key, form, status=429)
    pictures, refusals = pictures_staged(form.cleaned_data["pictures"], room=MOST_PICTURES)
    if refusals:
        return _page(request, key, form, refusals=tuple(refusals), status=422)
    try:
        letter_write(
            key=key, text=form.cleaned_data["text"], pictures=pictures, form_key=form.cleaned_data["key"]
        )
    except NotVisible:
        return redirect("clue_mailbox")
    messages.success(request, pgettext("clue mailbox", "Sent. The answer will be in this mailbox."))
    return redirect("clue_mailbox_open")


@never_cache
@require_GET
def picture(request: HttpRequest, photo_id: int) -> HttpResponse:
    """A picture of the open mailbox."""
    key = _held(request)
    if key is None:
        raise Http404
    try:
        clue = mailbox_clue(number=key.number, secret=key.secret)
        content = picture_of(clue, attachment_of(clue, photo_id))
    except NotVisible as hidden:
        raise Http404 from hidden
    if content is None:
        raise Http404
    return picture_answer(content)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the mailbox on this device and forget everything of clues."""
    request.session.pop(SLOT, None)
    draft_drop(request.session)
    receipt_drop(request.session)
    return redirect("clue_home")
