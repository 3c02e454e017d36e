"""The warehouse's server: connections, roles, safe casts, and the tables it keeps about itself."""
