"""The rules of the two gates: landing/ on what arrives, publication/ on what is to be published. One file a table."""
