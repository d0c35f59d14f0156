"""How dates and times are written, where Django's own way differs from the browser's."""
