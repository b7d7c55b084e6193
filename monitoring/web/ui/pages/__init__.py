"""Pages: layouts without data; the first message of the hub fills them."""
