"""The demo: a TLS lab on loopback with its own authority, and the story that is told on it."""
