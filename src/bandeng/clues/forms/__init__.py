"""Forms of the reporter's and the officers' pages."""
