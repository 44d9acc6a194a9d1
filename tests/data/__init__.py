"""Data of the tests: made report files, hostile files, and what measures readers of them."""
