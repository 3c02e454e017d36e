"""The statutory clocks in plain Python, one file a domain, written from the regulations and not from the SQL.

Each file has the clock as a function of days, and a `Clock`: histories that Hypothesis makes up, the records that
tell them, what the clock says of them, and the query that asks the warehouse the same.
"""
