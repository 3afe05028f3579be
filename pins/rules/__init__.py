"""What clients share: select a rule, expire it, compare pins, and the ordinary checks of TLS around that."""
