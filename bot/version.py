"""The version, for the command line, the User-Agent and the package."""

VERSION = "0.1.0"
