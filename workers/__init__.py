"""Workers bring products up to date in the index: the lease loop, beside the API, by hand, or spread by Celery."""
