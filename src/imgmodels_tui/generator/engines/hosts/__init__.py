"""Images by the hosts themselves: who may be asked, with which key, and how each host is spoken to."""
