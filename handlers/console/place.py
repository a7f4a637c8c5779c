"""The terminal's name as a platform, and the one channel that it has."""

NAME = "console"
ADDRESS = "local"
CHANNEL_NAME = "this terminal"
