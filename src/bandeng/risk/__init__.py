"""五色图: areas' risk from the record, published by a person, warned of and followed up."""
