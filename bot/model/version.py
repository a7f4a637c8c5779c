"""The version, for the command line, the User-Agent and the package."""

VERSION = "0.2.0"


def version() -> str:
    """The version of the process that is asked, which may be another's."""
    return VERSION
