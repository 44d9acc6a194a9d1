"""One class per form: parse, errors by field, redraw."""
