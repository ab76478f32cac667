"""The server that editors talk to: findings as one types, pages, fixes."""
