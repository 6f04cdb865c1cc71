"""What flows through Gamekeeper: frozen types and Arrow schemas. No input or output happens here."""
