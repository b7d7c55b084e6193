"""What people and other programs see: API, sign-in, push channel, pages."""
