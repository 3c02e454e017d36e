"""The two gates: run the rules of expectations/ with Great Expectations, keep results and failing keys, decide."""
