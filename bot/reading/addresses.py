"""Which addresses may be reached: decide whether a host or an IP address is one of the public internet.

By a table of our own: the interpreter's differs from version to version.
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from urllib.parse import urljoin, urlsplit

from bot.model.echoing import cut
from bot.model.secrecy import redacted

_NOT_PUBLIC_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
"""IANA's special-purpose registry: this network, private, shared, loopback, link-local, protocols, documentation, 6to4
relays, benchmarks, multicast, reserved and broadcast (https://www.iana.org/assignments/iana-ipv4-special-registry)."""
_PUBLIC_6 = IPv6Network("2000::/3")
"""All that has been given out to be reached (https://www.iana.org/assignments/ipv6-address-space)."""
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
"""Of that: protocols (Teredo, ORCHID, benchmarks …) and documentation."""
_HOLDS_IPV4 = ((IPv6Network("::ffff:0:0/96"), 0), (IPv6Network("64:ff9b::/96"), 0), (IPv6Network("2002::/16"), 80))
"""Networks whose addresses hold one of IPv4, and how many bits behind it: mapped, NAT64, 6to4."""
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")


def host_name(url: str) -> str:
    """The host of a URL; the URL itself where it has none."""
    try:
        return urlsplit(url).hostname or redacted(url)
    except ValueError:
        return redacted(url)


def joined(base: str, address: str) -> str | None:
    """The http(s) address that `address`, found in a document at `base`, stands for; None where it is none.

    Foreign documents name “http://[”, “//:x” and “http://host:port”, on which the standard library raises.
    """
    try:
        found = urljoin(base, address.strip())
        parts = urlsplit(found)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return found if usable else None


def private_refusal(host: str) -> str:
    """The sentence that tells a person why a host in a private network is not read."""
    return (
        f"{cut(host)} lies in a private network, which we do not read; "
        "set BELLWETHER_ALLOW_PRIVATE_HOSTS=true if it is yours."
    )


def is_written_private(host: str) -> bool:
    """Whether the host is a name or an IP address of a private network as it is written, without asking DNS.

    In every spelling that a system call takes: 2130706433, 0x7f.1, 127.1, in full-width digits, with a dot behind.
    """
    name = unicodedata.normalize("NFKC", host).strip("[]").rstrip(".").casefold()
    if any(name == each or name.endswith(f".{each}") for each in _PRIVATE_NAMES):
        return True
    try:
        return not is_public(name)
    except ValueError:
        return _is_private_number(name)


def _is_private_number(name: str) -> bool:
    """Of IPv4 addresses in fewer than four parts, in hexadecimal or octal, as inet_aton(3) reads them."""
    if not name[:1].isdigit():
        return False
    try:
        return not is_public(str(IPv4Address(socket.inet_aton(name))))
    except OSError:
        return False


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; an IPv6 address that holds an IPv4 one is judged by that.

    Raises ValueError where `address` is no IP address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    for network, behind in _HOLDS_IPV4:
        if ip in network:
            return is_public(str(IPv4Address(int(ip) >> behind & 0xFFFFFFFF)))
    return ip in _PUBLIC_6 and not any(ip in network for network in _NOT_PUBLIC_6)
