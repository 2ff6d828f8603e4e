"""Who a request is from, over HTTP: tokens, keys, a proxy's header, and nobody."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import HERE, kitchen_application

from assistant.errors import SettingsError
from assistant.records.database import FILE, Database
from assistant.settings import Settings
from assistant.web.auth import check_address, sign_on
from assistant.web.auth_users import Users
from assistant.web.keys import Keys

TOKEN = "sk-CANARY-token-0123456789"
PROXY = {"proxy_user_header": "X-Forwarded-User", "trusted_proxies": "10.0.0.0/8, 127.0.0.2"}
QUESTION = {"question": "What does a caterer cost?"}


def client(data: Path, peer: str = "10.0.0.9", **settings: object) -> TestClient:
    app = kitchen_application(data, **settings)
    return TestClient(app, base_url=HERE, client=(peer, 5000), follow_redirects=False)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def named(user: str) -> dict[str, str]:
    return {"X-Forwarded-User": user}


# --- where a sign-in is needed ---------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "intranet.example"])
def test_without_a_sign_in_only_this_machine_is_served(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="nobody has to sign in") as raised:
        check_address(Settings.read({}, data=tmp_path, host=host))
    assert "ASSISTANT_ACCESS_TOKEN" in raised.value.hint
    assert "assistant users add" in raised.value.hint
    assert "ASSISTANT_PROXY_USER_HEADER" in raised.value.hint
    check_address(Settings.read({}, data=tmp_path))


def test_each_way_to_sign_in_opens_other_addresses(tmp_path: Path) -> None:
    ways = ({"access_token": TOKEN}, PROXY)
    for way in ways:
        check_address(Settings.read({}, data=tmp_path, host="0.0.0.0", **way))
    Users(tmp_path / "users.json").put("ann", "reader", "a long password")
    check_address(Settings.read({}, data=tmp_path, host="0.0.0.0"))


def test_a_list_without_users_is_no_sign_in(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("{}")
    assert sign_on(Settings.read({}, data=tmp_path)) is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"access_token": "short"}, "fewer than 20 characters"),
        ({"access_token_file": "/nothing/here"}, "cannot be read"),
        ({"proxy_user_header": "X-Forwarded-User"}, "no proxy is trusted"),
        (PROXY | {"trusted_proxies": "proxy.example"}, "ASSISTANT_TRUSTED_PROXIES cannot be used"),
        (PROXY | {"trusted_proxies": "0.0.0.0/0"}, "every address"),
    ],
)
def test_a_way_that_lets_everybody_in_is_refused(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        sign_on(Settings.read({}, data=tmp_path, **settings))
    assert raised.value.hint
    assert "short" not in str(raised.value)


def test_without_a_way_to_sign_in_everybody_here_is_the_local_admin(tmp_path: Path) -> None:
    site = client(tmp_path, peer="127.0.0.1")
    assert site.post("/api/ask", json=QUESTION, headers=bearer("whatever")).status_code == 200
    assert site.get("/login").headers["location"] == "/"


# --- nobody ----------------------------------------------------------------------------------

CLOSED = ("/api/documents", "/api/conversations", "/api/metrics", "/api/docs", "/api/openapi.json", "/v1/models",
          "/quality/report", "/api/health/", "//api/health", "/API/health", "/mcp")  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_is_told_to_nobody(tmp_path: Path, path: str) -> None:
    told = client(tmp_path, access_token=TOKEN).get(path)
    assert told.status_code == 401
    assert told.headers["www-authenticate"] == "Bearer"
    assert told.headers["x-content-type-options"] == "nosniff"


def test_a_program_is_told_in_the_shape_of_the_route(tmp_path: Path) -> None:
    site = client(tmp_path, access_token=TOKEN)
    told = site.post("/api/ask", json=QUESTION)
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "urn:problem:unauthorized"
    assert "Authorization" in told.json()["hint"]
    assert site.post("/v1/chat/completions", json={}).json()["error"]["type"] == "authentication_error"


@pytest.mark.parametrize("path", ["/api/health", "/favicon.ico", "/login"])
def test_what_is_public_needs_no_sign_in(tmp_path: Path, path: str) -> None:
    assert client(tmp_path, access_token=TOKEN).get(path).status_code == 200


# --- the shared token ------------------------------------------------------------------------


def test_the_shared_token_opens_the_api_and_no_other_does(tmp_path: Path) -> None:
    site = client(tmp_path, access_token=TOKEN)
    assert site.post("/api/ask", json=QUESTION, headers=bearer(TOKEN)).status_code == 200
    for wrong in (TOKEN[:-1], f"{TOKEN}x", "", "Bearer"):
        assert site.get("/api/documents", headers=bearer(wrong)).status_code == 401
    assert site.get("/api/documents", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401


def test_the_token_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    site = client(tmp_path / "data", access_token_file=tmp_path / "token")
    assert site.get("/api/documents", headers=bearer(TOKEN)).status_code == 200


def test_keys_cannot_be_guessed_for_long(tmp_path: Path) -> None:
    site = client(tmp_path, access_token=TOKEN)
    tried = [site.get("/api/documents", headers=bearer(f"wrong{n}")) for n in range(22)]
    assert [r.status_code for r in tried] == [401] * 20 + [429] * 2
    assert int(tried[-1].headers["retry-after"]) > 600
    assert site.get("/api/documents", headers=bearer(TOKEN)).status_code == 429


# --- keys ------------------------------------------------------------------------------------


def test_a_key_opens_what_its_scope_names_until_it_is_revoked(tmp_path: Path) -> None:
    site, keys = client(tmp_path, access_token=TOKEN), Keys(Database(tmp_path / FILE))
    reads, text = keys.add("dashboard", ["read"], days=1)
    _, asks = keys.add("wiki", ["ask"], days=1)
    assert site.get("/api/documents", headers=bearer(text)).status_code == 200
    refused = site.post("/api/ask", json=QUESTION, headers=bearer(text))
    assert (refused.status_code, "scope ask" in refused.text) == (403, True)
    assert site.post("/api/ask", json=QUESTION, headers=bearer(asks)).status_code == 200
    assert site.get("/v1/models", headers=bearer(asks)).status_code == 200
    assert site.get("/v1/models", headers=bearer(text)).status_code == 403
    assert site.get("/api/documents", headers=bearer(asks)).status_code == 403
    keys.revoke(reads.id)
    assert site.get("/api/documents", headers=bearer(text)).status_code == 401


def test_a_key_whose_time_is_over_opens_nothing(tmp_path: Path) -> None:
    site, keys = client(tmp_path, access_token=TOKEN), Keys(Database(tmp_path / FILE))
    _, text = keys.add("wiki", ["ask", "read"], days=1e-9)
    assert site.get("/api/documents", headers=bearer(text)).status_code == 401


# --- a proxy's header ------------------------------------------------------------------------


def test_the_proxy_says_who_asks(tmp_path: Path) -> None:
    site = client(tmp_path, **PROXY)
    assert site.get("/api/documents", headers=named("ann@corp.example")).status_code == 200
    assert site.get("/api/documents").status_code == 401


@pytest.mark.parametrize("peer", ["192.168.1.5", "11.0.0.1", "::1", "127.0.0.1", "testclient"])
def test_a_forged_header_is_refused_also_with_a_good_key(tmp_path: Path, peer: str) -> None:
    site = client(tmp_path, peer=peer, access_token=TOKEN, **PROXY)
    forged = named("ann") | {"X-Forwarded-For": "10.0.0.9"}
    assert site.get("/api/documents", headers=forged).status_code == 401
    assert site.get("/api/documents", headers=forged | bearer(TOKEN)).status_code == 401
    assert site.get("/api/documents", headers=bearer(TOKEN)).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "local", "shared", "key:wiki", "guest:1", "x" * 201, "a\tb"])
def test_a_name_that_means_somebody_else_is_refused(tmp_path: Path, name: str) -> None:
    site = client(tmp_path, **PROXY)
    assert site.get("/api/documents", headers=named(name)).status_code == 401


def test_two_names_are_none(tmp_path: Path) -> None:
    both = [("X-Forwarded-User", "ann"), ("X-Forwarded-User", "admin")]
    assert client(tmp_path, **PROXY).get("/api/documents", headers=both).status_code == 401


def test_groups_give_roles() -> None:
    from starlette.requests import Request

    settings = Settings.read(
        {}, **PROXY, proxy_groups_header="X-Groups", curator_groups="editors, docs", admin_groups="it"
    )
    found = sign_on(settings)

    def roles(groups: str) -> set[str]:
        headers = [(b"x-forwarded-user", b"ann"), (b"x-groups", groups.encode())]
        request = Request({"type": "http", "headers": headers, "state": {"proxied": True}})
        return set(found.proxy.user_of(request).roles)

    assert roles("staff") == {"reader"}
    assert roles("staff,docs") == {"reader", "curator"}
    assert roles("it, editors") == {"reader", "curator", "admin"}


# --- conversations ---------------------------------------------------------------------------


def test_nobody_reaches_the_conversations_of_another(tmp_path: Path) -> None:
    site = client(tmp_path, **PROXY)
    kept = site.post("/api/ask", json=QUESTION | {"save": True}, headers=named("ann")).json()
    id, bob = kept["conversation_id"], named("bob")
    rating = {"conversation_id": id, "turn": 1, "thumb": "down", "reason": "mine"}
    tried = [
        site.get(f"/api/conversations/{id}", headers=bob),
        site.get(f"/api/conversations/{id}/export", headers=bob),
        site.patch(f"/api/conversations/{id}", json={"title": "mine"}, headers=bob),
        site.post("/api/feedback", json=rating, headers=bob),
        site.post("/api/ask", json=QUESTION | {"conversation_id": id}, headers=bob),
        site.delete(f"/api/conversations/{id}", headers=bob),
    ]
    assert [r.status_code for r in tried] == [404] * 6
    assert not any("caterer" in r.text for r in tried)
    assert site.get("/api/conversations", headers=bob).json() == {"conversations": []}
    mine = site.get(f"/api/conversations/{id}", headers=named("ann")).json()
    assert (len(mine["turns"]), mine["turns"][0]["rating"]["thumb"]) == (1, "")


# --- nothing is told -------------------------------------------------------------------------


def test_secrets_are_in_no_log_no_answer_and_no_repr(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Users(tmp_path / "users.json").put("ann", "reader", "sk-CANARY-password")
    settings = Settings.read({}, data=tmp_path, access_token=TOKEN)
    _, key = Keys(Database(tmp_path / FILE)).add("wiki", ["read"], days=1)
    site = client(tmp_path, access_token=TOKEN)
    told = [
        repr(settings),
        repr(sign_on(settings)),
        str(settings.model_dump()),
        repr(Users(tmp_path / "users.json").all()),
    ]
    for text in (TOKEN, key, f"{TOKEN}x", "sk-CANARY-password"):
        for path in ("/api/documents", "/api/nothing", "/config", "/api/ask", "/api/openapi.json"):
            told += [r.text + str(r.headers) for r in (site.get(path, headers=bearer(text)),)]
    kept = "".join(p.read_bytes().decode("latin-1") for p in tmp_path.iterdir())
    for secret in ("CANARY", key):
        assert secret not in json.dumps(told)
        assert secret not in caplog.text
        assert secret not in kept
