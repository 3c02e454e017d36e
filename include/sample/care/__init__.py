"""Children in care: who comes and leaves, under what order, where they live, who visits them."""
