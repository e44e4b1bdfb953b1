"""What the desk's dialogs ask for."""
