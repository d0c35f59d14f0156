"""Where requests to platforms go, and how long they may take: names that change their address included."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from grader.lti import outbound
from grader.lti.models import Platform
from grader.lti.outbound import Unreachable, check_address, hosts_of, is_public, request
from tests.lti.platform import ONE_KEY

PUBLIC = "93.184.216.34"


@pytest.fixture(autouse=True)
def outside(settings):
    settings.LTI_PRIVATE_HOSTS = False


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """names["host"]: its addresses, one for each time it is asked for; the last one stays."""
    known: dict[str, list[str]] = {}

    def find(host, port, *_, **__):
        told = known.get(host, [host])
        address = told.pop(0) if len(told) > 1 else told[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", find)
    return known


@pytest.fixture
def doors(monkeypatch) -> list[tuple[str, int]]:
    """Every door that is knocked at; none opens."""
    knocked: list[tuple[str, int]] = []

    def connect(address, *_, **__):
        knocked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound, "create_connection", connect)
    return knocked


def test_dns_rebinding_leads_nowhere(names, doors):
    """A name that is public while it is looked at, and inside when it is asked."""
    names["evil.example"] = [PUBLIC, "169.254.169.254"]
    check_address("https://evil.example/token", set())
    with pytest.raises(Unreachable, match="private network"):
        request("GET", "https://evil.example/token", set())
    assert doors == []


def test_what_was_checked_is_what_is_connected_to(names, doors):
    names["evil.example"] = [PUBLIC, "127.0.0.1"]
    with pytest.raises(Unreachable):
        request("GET", "https://evil.example:8443/token", set())
    assert doors == [(PUBLIC, 8443)] and names["evil.example"] == ["127.0.0.1"], "asked for once"


def test_one_private_address_among_public_ones_is_enough(monkeypatch, doors):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in (PUBLIC, "10.0.0.1")]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(Unreachable, match="private network"):
        request("GET", "https://evil.example/", set())
    assert doors == []


def test_what_registered_itself_trusts_no_host(names, doors):
    """Approved, and only then does its name lead inside."""
    urls = {
        "auth_url": "https://evil.example/a",
        "token_url": "https://evil.example/t",
        "keyset_url": "http://10.0.0.1/k",
    }
    platform = Platform(issuer="https://evil.example", client_id="x", registered_itself=True, **urls)
    names["evil.example"] = ["10.0.0.1"]
    for url in (platform.token_url, platform.keyset_url):
        with pytest.raises(Unreachable):
            request("GET", url, hosts_of(platform))
    assert doors == []
    platform.registered_itself = False
    with pytest.raises(Unreachable):
        request("GET", platform.token_url, hosts_of(platform))
    assert doors == [("10.0.0.1", 443)]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1",
        "2002:a00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_private_addresses_in_every_dress(address):
    assert not is_public(address)
    assert is_public(PUBLIC) and is_public("2606:4700::1111") and is_public("64:ff9b::8.8.8.8")


def test_neither_proxies_nor_passwords_of_the_environment_are_used(names, doors, monkeypatch, tmp_path):
    names["lms.example"] = [PUBLIC]
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with pytest.raises(Unreachable):
        request("GET", "https://lms.example/", set())
    assert doors == [(PUBLIC, 443)]


# --- real connections -------------------------------------------------------------------------------------------------


def make_certificate(folder: Path, host: str) -> Path:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(ONE_KEY.private.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    private = ONE_KEY.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "lms.pem"
    path.write_bytes(private + made.sign(ONE_KEY.private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def serve(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that talks to each connection in its own way; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        talk(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_host_and_certificate_stay_those_of_the_name(names, settings, tmp_path):
    path = make_certificate(tmp_path, "lms.example")
    settings.LTI_CA_BUNDLE = str(path)
    names |= {"lms.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    seen: list[str] = []

    def talk(connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.sni_callback = lambda _socket, name, _context: seen.append(name)
        with context.wrap_socket(connection, server_side=True) as secure:
            seen.append(secure.recv(4096).decode().lower())
            secure.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    with serve(talk) as port:
        answer = request("GET", f"https://lms.example:{port}/keys", {"lms.example"})
        assert answer.status_code == 302, "redirects are not followed"
        assert seen[0] == "lms.example" and f"host: lms.example:{port}" in seen[1]
        with pytest.raises(Unreachable, match="SSLError"):
            request("GET", f"https://other.example:{port}/keys", {"other.example"})


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"], ids=["head", "body"])
def test_a_byte_now_and_then_does_not_hold_us(names, monkeypatch, greeting):
    monkeypatch.setattr(outbound, "ALL_S", 0.4)
    names["lms.example"] = ["127.0.0.1"]

    def drip(connection: socket.socket) -> None:
        connection.sendall(greeting or b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(100):
            time.sleep(0.05)
            connection.sendall(b"x")

    with serve(drip) as port:
        started = time.monotonic()
        with pytest.raises(Unreachable, match="no end"):
            request("GET", f"http://lms.example:{port}/", {"lms.example"})
        assert time.monotonic() - started < 3
