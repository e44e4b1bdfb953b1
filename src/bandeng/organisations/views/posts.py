"""Administration of posts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from bandeng.organisations.forms import PostChangeForm, PostEndForm, PostForm
from bandeng.organisations.rules import OutOfReach, Reach
from bandeng.organisations.selectors.administration import (
    account_page,
    organisations_within,
    post_within,
    posts_within,
)
from bandeng.organisations.services import posts
from bandeng.organisations.views.accounts import SUGGESTIONS
from bandeng.organisations.views.desk import administers, form_page, page_of, refusal_shown, search_of


@administers
def post_list(request: HttpRequest, *, reach: Reach) -> HttpResponse:
    """The posts that have not ended."""
    search = search_of(request)
    page = page_of(request, posts_within(reach=reach, search=search))
    return render(request, "organisations/admin/posts.html", {"page": page, "search": search})


@administers
def post_new(request: HttpRequest, *, user_id: int, reach: Reach) -> HttpResponse:
    """Give somebody a post."""
    known = account_page(user_id=user_id, reach=reach)
    if known is None:
        raise Http404
    form = PostForm(request.POST or None, reach=reach)
    if request.method == "POST" and form.is_valid():
        try:
            posts.post_give(user_id=user_id, reach=reach, **form.cleaned_data)
        except OutOfReach as refusal:
            refusal_shown(form, refusal)
        else:
            messages.success(request, pgettext("administration", "The post is given."))
            return HttpResponseRedirect(reverse("admin_account", args=[user_id]))
    return form_page(
        request, form,
        heading=pgettext("administration", "New post for %(name)s") % {"name": known.user.get_full_name()},
        back=reverse("admin_account", args=[user_id]), action=pgettext("administration", "Give the post"),
        organisations=organisations_within(reach=reach)[:SUGGESTIONS],
    )  # fmt: skip


@administers
def post_show(request: HttpRequest, *, post_id: int, reach: Reach) -> HttpResponse:
    """One post: its title, and its end."""
    post = post_within(post_id=post_id, reach=reach)
    if post is None:
        raise Http404
    form = PostChangeForm(request.POST or None, initial={"title": post.title, "seconded": post.seconded})
    if request.method == "POST" and form.is_valid():
        posts.post_change(post_id=post_id, reach=reach, **form.cleaned_data)
        messages.success(request, pgettext("administration", "Saved."))
        return HttpResponseRedirect(reverse("admin_post", args=[post_id]))
    context = {"known": post, "form": form, "end_form": PostEndForm()}
    return render(request, "organisations/admin/post.html", context, status=422 if form.errors else 200)


@require_POST
@administers
def post_end(request: HttpRequest, *, post_id: int, reach: Reach) -> HttpResponse:
    """End a post."""
    post = post_within(post_id=post_id, reach=reach)
    if post is None:
        raise Http404
    form = PostEndForm(request.POST)
    if not form.is_valid():
        context = {"known": post, "form": PostChangeForm(), "end_form": form}
        return render(request, "organisations/admin/post.html", context, status=422)
    posts.post_end(post_id=post_id, reach=reach, **form.cleaned_data)
    messages.success(request, pgettext("administration", "The post's end is set."))
    return HttpResponseRedirect(reverse("admin_account", args=[post.user_id]))
