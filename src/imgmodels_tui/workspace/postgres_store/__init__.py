"""A workspace's state on a PostgreSQL server; the only package that imports psycopg."""
