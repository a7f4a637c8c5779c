"""Which addresses may be reached: decide whether a host or an IP address is one of the public internet."""

from __future__ import annotations

import ipaddress

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def private_refusal(host: str) -> str:
    """The sentence that tells a person why a host in a private network is not read."""
    return (
        f"{host} lies in a private network, which we do not read; "
        "set BELLWETHER_ALLOW_PRIVATE_HOSTS=true if it is yours."
    )


def is_written_private(host: str) -> bool:
    """Whether the host is `localhost` or a private IP address as it is written, without asking DNS."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; an IPv6 address that holds an IPv4 one is judged by that.

    Raises ValueError where `address` is no IP address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
