"""The version, for the command line, the User-Agent and the package."""

VERSION = "0.2.0"
