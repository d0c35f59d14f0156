"""LTI 1.3 Advantage: launches from learning platforms, and grades that go back to them."""
