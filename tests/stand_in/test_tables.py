"""What each provider has to accept and how it refuses, from what is known of them: not from the stand-in's own tables.

`says` has, for each kind of fault, the HTTP status and the code that come back; "request" is a malformed request. Where no
source names the code of one, it is the stand-in's choice, and here only for it to stay what it is.
"""
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from test_requests import Pairs, Reply

BACK = "http://localhost/back/"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # of RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

Says = dict[str, tuple[int, int | str]]


@dataclass(frozen=True)
class Person:
    """A call by an access token. In `pairs` and `headers` {access_token}, {client_id} and what `finds` names are filled in."""

    name: str
    path: str
    pairs: Pairs
    headers: Pairs
    says: Says
    members: frozenset[str]  # that the reply has
    optional: frozenset[str] = frozenset()
    finds: dict[str, str] = field(default_factory=dict)  # our name: where the reply before this has it
    wrong: dict[str, str] = field(default_factory=dict)  # a parameter that belongs to the token: the kind of fault otherwise


@dataclass(frozen=True)
class Table:
    name: str
    page: str
    page_more: Pairs  # beside response_type, client_id, redirect_uri and state
    page_optional: frozenset[str]
    page_wrong: list[tuple[str, str, str]]  # parameter, value, kind
    page_says: dict[str, int | str]
    token: str
    token_method: str
    token_place: str
    token_pairs: Pairs
    token_headers: Pairs
    token_says: Says
    token_members: frozenset[str]
    persons: list[Person]
    refusal: str | None  # the callback's query, {state} in it; None where the person stays there
    token_optional: frozenset[str] = frozenset()
    code_name: str = "code"
    code_length: int = 128
    token_length: int = 255
    agents_wrong: list[list[str]] = field(default_factory=list)  # headers, none or one, of calls that want a User-Agent

    def pkce(self) -> bool:
        return "code_verifier" in dict(self.token_pairs)


TOK = [("grant_type", "authorization_code"), ("client_id", "{client_id}"), ("client_secret", "{client_secret}"),
       ("code", "{code}"), ("redirect_uri", BACK)]  # fmt: skip
PKCE = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]
PKCE_WRONG = [
    ("code_challenge", CHALLENGE[:-1], "pkce_page"), ("code_challenge", CHALLENGE + "=", "pkce_page"),
    ("code_challenge", "", "pkce_page"), ("code_challenge_method", "plain", "pkce_page"),
    ("code_challenge_method", "s256", "pkce_page"), ("code_challenge_method", "", "pkce_page"),
]  # fmt: skip
BEARER = [("Authorization", "Bearer {access_token}")]


def _all(status: int, says: dict[str, int | str]) -> Says:
    return {kind: (status, code) for kind, code in says.items()}


_QQ = {"request": 100000, "client": 100008, "secret": 100009, "redirect_uri": 100010, "code_redirect_uri": 100010,
       "grant_type": 100004, "code": 100019, "code_client": 100019, "code_used": 100020, "code_expired": 100019,
       "token": 100016, "openid": 100016, "response_type": 100000, "scope": 100000, "path": 100000}  # fmt: skip
QQ = Table(
    "qq", "/oauth2.0/authorize", [("scope", "get_user_info")], frozenset(), [("scope", "all", "scope"), ("scope", "get_user_info,list_album", "scope"), ("scope", "get_user_info get_user_info", "scope")], _QQ,
    "/oauth2.0/token", "GET", "query", [*TOK, ("fmt", "json")], [], _all(200, _QQ),
    frozenset({"access_token", "expires_in", "refresh_token"}),
    [
        Person("me", "/oauth2.0/me", [("access_token", "{access_token}"), ("unionid", "1"), ("fmt", "json")], [],
               _all(200, _QQ), frozenset({"client_id", "openid", "unionid"}), frozenset({"unionid", "fmt"})),
        Person("user", "/user/get_user_info",
               [("access_token", "{access_token}"), ("oauth_consumer_key", "{client_id}"), ("openid", "{openid}")], [],
               _all(200, _QQ), frozenset({"ret", "msg", "nickname", "figureurl_qq_1", "figureurl_qq_2", "gender"}),
               frozenset(), {"openid": "openid"}, {"openid": "openid", "oauth_consumer_key": "client"}),
    ],
    None, frozenset({"fmt"}),
)  # fmt: skip

_WEIBO = {"request": 21323, "client": 21324, "secret": 21324, "redirect_uri": 21322, "code_redirect_uri": 21322,
          "grant_type": 21328, "code": 21325, "code_client": 21325, "code_used": 21325, "code_expired": 21325,
          "token": 21332, "uid": 20003, "response_type": 21329}  # fmt: skip
WEIBO = Table(
    "weibo", "/oauth2/authorize", [], frozenset(), [("scope", "email", "request")], _WEIBO,
    "/oauth2/access_token", "POST", "form", TOK, [], _all(400, _WEIBO), frozenset({"access_token", "expires_in", "uid"}),
    [Person("user", "/2/users/show.json", [("access_token", "{access_token}"), ("uid", "{uid}")], [], _all(400, _WEIBO),
            frozenset({"idstr", "screen_name", "avatar_large", "gender"}), frozenset(), {"uid": "uid"}, {"uid": "uid"})],
    "error=access_denied&error_code=21330&state={state}",
)  # fmt: skip

_GITHUB = {"request": "invalid_request", "client": "incorrect_client_credentials",
           "secret": "incorrect_client_credentials", "redirect_uri": "redirect_uri_mismatch",
           "code_redirect_uri": "redirect_uri_mismatch", "grant_type": "unsupported_grant_type",
           "code": "bad_verification_code", "code_client": "bad_verification_code", "code_used": "bad_verification_code",
           "code_expired": "bad_verification_code", "pkce": "bad_verification_code", "pkce_page": "invalid_request",
           "response_type": "unsupported_response_type", "scope": "invalid_scope"}  # fmt: skip
_GITHUB_API: Says = {"request": (400, 400), "token": (401, 401), "agent": (403, 403), "token_scope": (404, 404)}
_GITHUB_HEADERS = [*BEARER, ("User-Agent", "a-client")]
GITHUB = Table(
    "github", "/login/oauth/authorize", [("scope", "read:user user:email"), *PKCE], frozenset(),
    [("scope", "repo", "scope"), ("scope", "read:user repo", "scope"), ("scope", "read:user read:user", "scope"), ("scope", "read:user,user:email", "scope"), *PKCE_WRONG], _GITHUB,
    "/login/oauth/access_token", "POST", "form", [*TOK, ("code_verifier", VERIFIER)], [("Accept", "application/json")],
    _all(200, _GITHUB), frozenset({"access_token", "scope", "token_type"}),
    [
        Person("user", "/user", [], _GITHUB_HEADERS, _GITHUB_API, frozenset({"id", "login", "name", "avatar_url", "email"})),
        Person("emails", "/user/emails", [], _GITHUB_HEADERS, _GITHUB_API, frozenset({"email", "primary", "verified"})),
    ],
    "error=access_denied&state={state}", agents_wrong=[[], [""]],
)  # fmt: skip

_GITEE_API: Says = {"request": (400, "invalid_request"), "token": (401, 401), "agent": (403, 403)}
_GITEE_SAYS: Says = {
    "request": (400, "invalid_request"), "agent": (403, 403), "client": (401, "invalid_client"),
    "secret": (401, "invalid_client"), "grant_type": (401, "unsupported_grant_type"),
    **dict.fromkeys(("code", "code_client", "code_used", "code_expired", "code_redirect_uri"), (401, "invalid_grant")),
}  # fmt: skip
GITEE = Table(
    "gitee", "/oauth/authorize", [("scope", "user_info")], frozenset(), [("scope", "projects", "scope"), ("scope", "user_info projects", "scope"), ("scope", "user_info,emails", "scope")],
    {"request": "invalid_request", "client": "invalid_client", "redirect_uri": "invalid_redirect_uri",
     "response_type": "unsupported_response_type", "scope": "invalid_scope"},
    "/oauth/token", "POST", "form", TOK, [("User-Agent", BROWSER)], _GITEE_SAYS,
    frozenset({"access_token", "token_type", "expires_in", "refresh_token", "scope"}),
    [Person("user", "/api/v5/user", [("access_token", "{access_token}")], [("User-Agent", BROWSER)], _GITEE_API,
            frozenset({"id", "login", "name", "avatar_url"}))],
    "error=access_denied&error_description=%E7%94%A8%E6%88%B7%E6%88%96%E6%9C%8D%E5%8A%A1%E5%99%A8%E6%8B%92%E7%BB%9D"
    "%E4%BA%86%E8%AF%B7%E6%B1%82&state={state}",
    agents_wrong=[[], [""], ["curl/8.0"], ["scanlogin"], ["Mozilla"]],
)  # fmt: skip

FEISHU = Table(
    "feishu", "/open-apis/authen/v1/authorize", PKCE, frozenset(),
    [("code_challenge", CHALLENGE[:-1], "pkce_page"), ("code_challenge_method", "plain", "pkce_page"),
     ("code_challenge_method", "s256", "pkce_page"), ("scope", "contact:user.base", "scope")],
    {"request": 20001, "client": 20048, "redirect_uri": 20029, "response_type": 20001, "scope": 20027, "pkce_page": 20001},
    "/open-apis/authen/v2/oauth/token", "POST", "json", [*TOK, ("code_verifier", VERIFIER)], [],
    _all(400, {"request": 20063, "client": 20048, "secret": 20002, "grant_type": 20036, "code": 20003,
               "code_client": 20024, "code_used": 20065, "code_expired": 20004, "code_redirect_uri": 20071, "pkce": 20049}),
    frozenset({"code", "access_token", "expires_in", "token_type", "scope"}),
    [Person("user", "/open-apis/authen/v1/user_info", [], BEARER, _all(200, {"request": 20063, "token": 20005}),
            frozenset({"name", "en_name", "avatar_url", "open_id", "union_id", "tenant_key"}))],
    "error=access_denied&state={state}", code_length=64, token_length=4096,
)  # fmt: skip

_BAD_CODE = "invalidParameter.authCode.notFound"
DINGTALK = Table(
    "dingtalk", "/oauth2/auth", [("scope", "openid"), ("prompt", "consent")], frozenset(),
    [("scope", "corpid", "scope"), ("scope", "openid,corpid", "scope"), ("scope", "openid contact", "scope"), ("prompt", "none", "request")],
    {"request": "MissingParameter", "client": "invalidClientIdOrSecret", "redirect_uri": "invalidParameter.redirectUri",
     "response_type": "invalidParameter.responseType", "scope": "invalidParameter.scope"},
    "/v1.0/oauth2/userAccessToken", "POST", "json",
    [("clientId", "{client_id}"), ("clientSecret", "{client_secret}"), ("code", "{code}"),
     ("grantType", "authorization_code")], [],
    _all(400, {"request": "MissingParameter", "client": "invalidClientIdOrSecret", "secret": "invalidClientIdOrSecret",
               "grant_type": "invalidParameter.grantType", "code": _BAD_CODE, "code_client": _BAD_CODE,
               "code_used": _BAD_CODE, "code_expired": _BAD_CODE}),
    frozenset({"accessToken", "refreshToken", "expireIn"}),
    [Person("user", "/v1.0/contact/users/me", [], [("x-acs-dingtalk-access-token", "{access_token}")],
            _all(400, {"request": "MissingParameter", "token": "InvalidAuthentication"}),
            frozenset({"nick", "unionId", "openId", "avatarUrl", "visitor"}))],
    "error=access_denied&state={state}", code_name="authCode",
)  # fmt: skip

TABLES = {table.name: table for table in (QQ, WEIBO, GITHUB, GITEE, FEISHU, DINGTALK)}


# ---- the form of an error ----


def _page_error(reply: Reply) -> tuple[int, str]:
    found = re.search(r'<code id="error">([^<]*)</code>', reply.text)
    assert found and reply.header("Content-Type").startswith("text/html") and not reply.header("Location"), reply
    return reply.status, found[1]


def _members(text: str, *names: str) -> dict[str, Any]:
    """The JSON object, which has these members and no others."""
    members = json.loads(text)
    assert set(members) == set(names), text
    return dict(members)


def error_of(name: str, call: str, reply: Reply) -> tuple[int, int | str]:
    """Status and code of an error in the form that this provider gives errors at this call; an AssertionError for no such."""
    if call == "page":
        return _page_error(reply)
    json_type = reply.header("Content-Type") == "application/json; charset=utf-8"
    if name == "qq":
        found = re.fullmatch(r"callback\( (\{.*\}) \);\n", reply.text)
        assert found and reply.header("Content-Type").startswith("text/html"), reply
        return reply.status, _members(found[1], "error", "error_description")["error"]
    if name == "github" and call == "token" and not json_type:
        assert reply.header("Content-Type").startswith("application/x-www-form-urlencoded"), reply
        return reply.status, dict(parse_qsl(reply.text, strict_parsing=True))["error"]
    if name == "github" and reply.status == 403:
        assert reply.header("Content-Type").startswith("text/plain"), reply
        return 403, 403
    assert json_type, reply
    if name == "wecom":
        return reply.status, _members(reply.text, "errcode", "errmsg")["errcode"]
    if name == "weibo":
        return reply.status, _members(reply.text, "error", "error_code", "error_description")["error_code"]
    if name == "github" and call == "token":
        return reply.status, _members(reply.text, "error", "error_description", "error_uri")["error"]
    if name == "github":
        assert _members(reply.text, "message", "documentation_url", "status")["status"] == str(reply.status), reply
        return reply.status, reply.status
    if name == "gitee" and "message" in json.loads(reply.text):
        assert _members(reply.text, "message")["message"].startswith(f"{reply.status} "), reply
        return reply.status, reply.status
    if name == "gitee":
        return reply.status, _members(reply.text, "error", "error_description")["error"]
    if name == "feishu":
        names = ("code", "error", "error_description") if call == "token" else ("code", "msg")
        return reply.status, _members(reply.text, *names)["code"]
    assert name == "dingtalk", name
    return reply.status, _members(reply.text, "code", "requestid", "message")["code"]
