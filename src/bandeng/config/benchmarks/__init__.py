"""Benchmarks of the whole product, on the demo district; settings.BENCHMARKS lists them."""
