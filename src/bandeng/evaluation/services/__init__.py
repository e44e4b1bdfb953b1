"""Writes of evaluations: drafting, objections, signature, forms, audits, staffing."""
