"""The pages that a person sees at a provider."""
from html import escape
from urllib.parse import urlencode

from wire import Reply

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
body {{ max-width: 30em; margin: 3em auto; padding: 0 1em; font: 1.1em sans-serif; overflow-wrap: anywhere }}
a {{ display: block; margin: .5em 0; padding: .7em 1em; border: 1px solid; border-radius: .3em }}
</style>
<h1>{title}</h1>
{body}
"""


def _page(status: int, title: str, body: str) -> Reply:
    text = _PAGE.format(title=escape(title), body=body)
    return Reply(status, "text/html; charset=utf-8", text.encode(), {"Cache-Control": "no-store"})


def error(provider: str, code: str, text: str) -> Reply:
    """A wrong authorize request ends here: to redirect would hand the person to whoever made the link."""
    return _page(400, f"{provider}: error", f'<p>Code: <code id="error">{escape(code)}</code></p>\n<p>{escape(text)}</p>')


def cancelled(provider: str) -> Reply:
    return _page(200, f"{provider}: cancelled", '<p id="cancelled">You did not log in. You can close this page.</p>')


def _link(provider: str, request_id: str, decision: str, link_id: str, text: str) -> str:
    href = f"/{provider}/decide?" + urlencode({"request": request_id, "decision": decision})
    return f'<a id="{escape(link_id)}" href="{escape(href)}">{escape(text)}</a>'


def ask(provider: str, client_id: str, request_id: str, persons: list[str]) -> Reply:
    links = [_link(provider, request_id, f"allow:{key}", f"allow-{key}", f"Allow as {key}") for key in persons]
    links.append(_link(provider, request_id, "refuse", "refuse", "Refuse"))
    lead = f"<p>The application <b>{escape(client_id)}</b> wants to know who you are.</p>"
    return _page(200, f"Log in with {provider}", "\n".join([lead, *links]))
