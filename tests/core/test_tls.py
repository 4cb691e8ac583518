"""TLS by setting: PostgreSQL and Redis are reached through it, and a stranger's certificate is refused.

The engines of the tests speak in the clear, so a small relay with a certificate stands before them.
"""

import datetime
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import kombu
import pytest
import redis as redis_client
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from config.env import database, redis

SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # what a PostgreSQL client says before it speaks TLS


def _certificate(folder, name):
    """A certificate for this machine that vouches for itself; the file of both halves and the one that clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.pem").write_bytes(public)
    (folder / f"{name}-both.pem").write_bytes(secret + public)
    return folder / f"{name}.pem", folder / f"{name}-both.pem"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """The authority of the relay, its certificate, and an authority that has nothing to do with it."""
    folder = tmp_path_factory.mktemp("tls")
    trusted, both = _certificate(folder, "relay")
    stranger, _both = _certificate(folder, "stranger")
    return trusted, both, stranger


@contextmanager
def _relay(target, both):
    """Takes TLS on a port of its own and passes on what was said in the clear."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                threading.Thread(target=answer, args=(client,), daemon=True).start()

    def answer(client):
        with suppress(OSError):
            if client.recv(8, socket.MSG_PEEK) == SSL_REQUEST:
                client.recv(8)
                client.sendall(b"S")
            inside = context.wrap_socket(client, server_side=True)
            outside = socket.create_connection(target)
            threading.Thread(target=pump, args=(outside, inside), daemon=True).start()
            pump(inside, outside)

    def pump(source, sink):
        with suppress(OSError):
            while said := source.recv(65536):
                sink.sendall(said)
            sink.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def _behind(port, url):
    """The URL of an engine, led through the relay."""
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{user}@localhost:{port}").geturl()


@pytest.fixture
def valkey_url(certificates):
    parts = urlsplit(os.environ["REDIS_URL"])
    with _relay((parts.hostname, parts.port), certificates[1]) as port:
        yield _behind(port, os.environ["REDIS_URL"]).replace("redis://", "rediss://", 1)


@pytest.fixture
def postgres_url(certificates):
    parts = urlsplit(os.environ["DATABASE_URL"])
    with _relay((parts.hostname, parts.port), certificates[1]) as port:
        yield _behind(port, os.environ["DATABASE_URL"]).partition("?")[0]


def _connected(url):
    entry = database(url, pool_size=0, row_security=False)
    connection = ConnectionHandler({"default": entry})["default"]
    try:
        connection.ensure_connection()
        return connection.connection.pgconn.ssl_in_use
    finally:
        connection.close()


def test_postgresql_is_reached_through_tls_and_its_certificate_is_looked_at(
    postgres_url, certificates, django_db_blocker
):
    trusted, _both, stranger = certificates

    with django_db_blocker.unblock():
        assert _connected(f"{postgres_url}?sslmode=verify-full&sslrootcert={trusted}") is True
        with pytest.raises(OperationalError, match="certificate verify failed"):
            _connected(f"{postgres_url}?sslmode=verify-full&sslrootcert={stranger}")


@pytest.mark.parametrize("use", ("ours", "cache", "broker"))
def test_redis_is_reached_through_tls_and_its_certificate_is_looked_at(valkey_url, certificates, use):
    trusted, _both, stranger = certificates
    clients = {
        "ours": lambda url: redis_client.Redis.from_url(url).ping(),
        "cache": lambda url: RedisCache(url, {}).get("nothing", True),
        "broker": lambda url: kombu.Connection(url, connect_timeout=5).ensure_connection(max_retries=1) and True,
    }
    assert clients[use](redis(f"{valkey_url}?ssl_ca_certs={trusted}"))

    with pytest.raises(Exception, match=r"CERTIFICATE_VERIFY_FAILED|certificate verify failed"):
        clients[use](redis(f"{valkey_url}?ssl_ca_certs={stranger}"))


@pytest.mark.parametrize(
    ("given", "used"),
    (
        ("redis://:a@b:6379/0", "redis://:a@b:6379/0"),
        ("rediss://:a@b:6380/0", "rediss://:a@b:6380/0?ssl_cert_reqs=required"),
        ("rediss://:a@b:6380/0?ssl_ca_certs=/ca", "rediss://:a@b:6380/0?ssl_ca_certs=/ca&ssl_cert_reqs=required"),
        ("rediss://:a@b:6380/0?ssl_cert_reqs=none", "rediss://:a@b:6380/0?ssl_cert_reqs=none"),
    ),
)
def test_certificate_of_redis_is_looked_at_unless_the_url_says_otherwise(given, used):
    assert redis(given) == used


def test_everything_that_speaks_to_an_engine_is_told_the_same():
    script = (
        "from config import settings as s; print(s.CACHES['default']['LOCATION'], s.CELERY_BROKER_URL, s.REDIS_URL)"
    )
    environment = {**os.environ, "REDIS_URL": "rediss://:a@b:6380/0"}

    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert set(told.stdout.split()) == {"rediss://:a@b:6380/0?ssl_cert_reqs=required"}


def _settings_under(base_url, *names):
    script = f"from config import settings as s; print([getattr(s, name) for name in {names!r}])"
    environment = {**os.environ, "BASE_URL": base_url, "DEMO": "0"}
    found = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def test_https_is_the_only_way_in_where_the_address_is_https():
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")

    assert _settings_under("https://bids.example.com", *names) == "[True, True, True, 31536000]"
    assert _settings_under("http://localhost:8000", *names) == "[False, False, False, 0]"


def test_plain_http_is_led_to_https(client, settings, db):
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/jobs/?q=django")

    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/jobs/?q=django")


def test_socket_is_opened_by_the_scheme_of_the_page():
    """The page names a path alone; the script makes wss:// of it where the page came by https://."""
    page = (settings.BASE_DIR / "templates/components/live.html").read_text()
    script = (settings.BASE_DIR / "static/dist/bidwright.js").read_text()

    assert 'hx-ws:connect="/ws/live/' in page
    assert '"https:"===window.location.protocol?"wss:":"ws:"' in script
