"""What students misunderstand: computed from their submissions, for those who teach them."""
