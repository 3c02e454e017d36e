"""Plans for permanence: decisions, and the steps, orders and actions that follow."""
