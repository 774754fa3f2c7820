"""What each page says: one module per page, a pure function from what is published to a frozen dataclass."""
