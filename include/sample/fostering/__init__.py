"""Foster households, their approvals and reviews, and who lives with them."""
