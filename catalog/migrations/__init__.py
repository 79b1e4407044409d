"""The steps from an empty database to the tables of `catalog.schema`, in the form that Alembic runs."""
