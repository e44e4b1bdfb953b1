"""云上智控: early signs that one enterprise may harm many people, checked by people."""
