"""The one door to the outside: time-outs always, and private addresses refused at the moment of connecting.

The address is resolved here and the very address that was checked is dialled, so a name that changes its
mind between check and use (DNS rebinding) or a redirect into the private network gains nothing.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any, Final

import httpcore2
import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import OutboundRefusedError

USER_AGENT: Final = "Bidwright/1 (+https://github.com/bidwright)"
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
TIMEOUT: Final = httpx2.Timeout(20.0, connect=5.0)


def allowed_private() -> frozenset[tuple[str, int]]:
    """The `host:port` pairs of OUTBOUND_PRIVATE_ALLOW."""
    pairs = (entry.rpartition(":") for entry in settings.OUTBOUND_PRIVATE_ALLOW)
    return frozenset((host, int(port)) for host, _colon, port in pairs)


def is_public(address: str) -> bool:
    """Whether anybody on the internet could reach the address, also by the IPv4 address inside an IPv6 one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = [found]
    if isinstance(found, ipaddress.IPv6Address):
        inner += [address for address in (found.ipv4_mapped, found.sixtofour, *(found.teredo or ())) if address]
        if found in NAT64:
            inner.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    return all(address.is_global and not address.is_multicast for address in inner)


def resolve_public(host: str, port: int) -> list[str]:
    """The addresses of the host that may be dialled; raises OutboundRefusedError when none may."""
    addresses = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if (host, port) in allowed_private():
        return addresses
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise OutboundRefusedError(
            _("%(host)s leads into a private network. The operator can allow it with OUTBOUND_PRIVATE_ALLOW.")
            % {"host": f"{host}:{port}"}
        )
    return public


class GuardedBackend(httpcore2.SyncBackend):
    """Dials only addresses that `resolve_public` let through."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = resolve_public(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue  # the next one may answer
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


class GuardedTransport(httpx2.HTTPTransport):
    def __init__(self) -> None:
        # certificates of the environment count, its proxies do not: a proxy would dial past the check
        context = httpx2.create_ssl_context(trust_env=True)
        super().__init__(verify=context, trust_env=False)
        # the transport takes no network backend of ours as an argument
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(),
        )


def options() -> dict[str, Any]:
    """What makes an httpx2 client go through the guarded door; for libraries that build their own."""
    return {
        "transport": GuardedTransport(),
        "timeout": TIMEOUT,
        "headers": {"User-Agent": USER_AGENT},
        "trust_env": False,
    }


def client(**overrides: Any) -> httpx2.Client:
    """A client that knows only the guarded door."""
    return httpx2.Client(**{**options(), **overrides})


def retry_after(response: httpx2.Response) -> float | None:
    """Seconds of the Retry-After header; `None` where there is none or it is a date."""
    value = response.headers.get("retry-after", "")
    return float(value) if value.replace(".", "", 1).isdigit() else None
