"""The sign-in page: passwords, the shared token, and the end of a session."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from serving import HERE, kitchen_application

from assistant.errors import BadInput, SettingsError
from assistant.web.auth import COOKIE
from assistant.web.auth_login import FORM_COOKIE
from assistant.web.auth_users import Users

PASSWORD = "correct horse battery"
TOKEN = "a-token-that-all-readers-share"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one user."""
    Users(tmp_path / "users.json").put("ann", "curator", PASSWORD)
    return tmp_path


def site(data: Path, base_url: str = HERE, **settings: Any) -> TestClient:
    return TestClient(kitchen_application(data, **settings), base_url=base_url, follow_redirects=False)


def sign_in(client: TestClient, wanted: str = "/", **fields: str) -> Any:
    page = client.get("/login", params={"next": wanted})
    hidden = dict(re.findall(r'name="(form|next)" value="([^"]*)"', page.text))
    return client.post("/login", data={**hidden, **fields})


def test_a_password_begins_a_session_and_signing_out_ends_it(data: Path) -> None:
    client = site(data)
    led = client.get("/?c=1&x=%2F", headers=PAGE)
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2F%3Fc%3D1%26x%3D%252F")
    begun = sign_in(client, "/api/docs", name="ann", password=PASSWORD)
    assert (begun.status_code, begun.headers["location"]) == (303, "/api/docs")
    assert client.get("/api/documents").status_code == 200
    old = client.cookies[COOKIE]
    form = re.search(r'name="form" value="([^"]*)"', client.get("/logout").text)
    assert client.post("/logout", data={"form": form[1]}).headers["location"] == "/login"
    assert COOKIE not in client.cookies
    assert client.get("/api/documents", headers={"Cookie": f"{COOKIE}={old}"}).status_code == 401


@pytest.mark.parametrize("fields", [{"name": "ann", "password": "wrong"}, {"name": "bob", "password": PASSWORD},
                                    {"name": "ann"}, {"token": ""}, {"token": "x" * 30}, {}])  # fmt: skip
def test_what_is_wrong_begins_no_session(data: Path, fields: dict[str, str]) -> None:
    client = site(data)
    told = sign_in(client, **fields)
    assert (told.status_code, COOKIE in client.cookies) == (401, False)
    assert 'role="alert"' in told.text
    assert "wrong" not in told.text


def test_passwords_cannot_be_guessed_for_long(data: Path) -> None:
    client = site(data)
    tried = [sign_in(client, name="ann", password=f"guess {n}").status_code for n in range(11)]
    assert tried == [401] * 10 + [429]
    assert sign_in(client, name="ann", password=PASSWORD).status_code == 429


def test_a_new_password_a_removed_user_and_a_new_token_end_sessions(data: Path) -> None:
    client, users = site(data), Users(data / "users.json")
    sign_in(client, name="ann", password=PASSWORD)
    users.put("ann", "reader", "another password")
    assert client.get("/api/documents").status_code == 401
    sign_in(client, name="ann", password="another password")
    assert client.get("/api/documents").status_code == 200
    users.remove("ann")
    assert client.get("/api/documents").status_code == 401
    guest = site(data, access_token=TOKEN)
    assert sign_in(guest, token=TOKEN).status_code == 303
    assert guest.get("/api/documents").status_code == 200
    later = site(data, access_token=TOKEN[::-1])
    assert later.get("/api/documents", headers={"Cookie": f"{COOKIE}={guest.cookies[COOKIE]}"}).status_code == 401


def test_those_who_share_a_token_do_not_share_conversations(tmp_path: Path) -> None:
    app = kitchen_application(tmp_path, access_token=TOKEN)
    one, two = (TestClient(app, base_url=HERE, follow_redirects=False) for _ in range(2))
    for client in (one, two):
        sign_in(client, token=TOKEN)
    one.post("/api/ask", json={"question": "What does a caterer cost?", "save": True})
    assert len(one.get("/api/conversations").json()["conversations"]) == 1
    assert two.get("/api/conversations").json() == {"conversations": []}


def test_the_cookie_is_for_the_server_alone_and_over_https_only_there(data: Path) -> None:
    plain = sign_in(site(data), name="ann", password=PASSWORD).headers["set-cookie"]
    assert all(part in plain for part in ("HttpOnly", "SameSite=lax", "Path=/;"))
    assert "Secure" not in plain
    secure = sign_in(site(data, HERE.replace("http", "https")), name="ann", password=PASSWORD)
    assert "Secure" in secure.headers["set-cookie"]


def test_the_form_of_another_page_begins_no_session(data: Path) -> None:
    client = site(data)
    said = {"name": "ann", "password": PASSWORD}
    assert client.post("/login", data=said).status_code == 403
    client.cookies.set(FORM_COOKIE, "known")
    assert client.post("/login", data=said | {"form": "guessed"}).status_code == 403
    foreign = client.post("/login", data=said | {"form": "known"}, headers={"Origin": "https://evil.test"})
    assert (foreign.status_code, COOKIE in client.cookies) == (403, False)


@pytest.mark.parametrize("wanted", ["https://evil.test", "//evil.test", "/\\evil.test", "evil", "/\tx", '/"><script>'])
def test_nobody_is_led_to_another_site(data: Path, wanted: str) -> None:
    client = site(data)
    assert "<script" not in client.get("/login", params={"next": wanted}).text
    led = sign_in(client, wanted, name="ann", password=PASSWORD).headers["location"]
    assert led == "/" or led.startswith(("/%22", "/&quot;"))


def test_a_user_file_that_cannot_be_read_lets_nobody_in(data: Path) -> None:
    client = site(data)
    sign_in(client, name="ann", password=PASSWORD)
    (data / "users.json").write_text('{"ann": {"role": "god", "password": "x"}}')
    assert client.get("/api/documents").status_code == 500
    with pytest.raises(SettingsError, match="no list of users"):
        Users(data / "users.json").all()


@pytest.mark.parametrize("name", ["", "local", "shared", "key:x", "a b", "-a", "a" * 101])
def test_a_name_that_could_be_mistaken_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be a name"):
        Users(tmp_path / "users.json").put(name, "reader", PASSWORD)


def test_the_file_of_users_holds_no_password_and_is_its_owners_alone(data: Path) -> None:
    file = data / "users.json"
    assert PASSWORD not in file.read_text()
    assert "$argon2id$" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
