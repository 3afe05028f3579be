"""Certificate pins: how every client writes them, how it decides, and what a rotation does to them."""
