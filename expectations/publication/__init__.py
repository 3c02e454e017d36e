"""Gate 2: promises to the reader, on the marts of a build."""
