"""Readers of product files: CSV, JSONL and Parquet, with the photos beside them, in constant memory."""

from catalog.readers.opening import RecordSource, open_records, open_rows
from catalog.readers.records import ReadOptions, Record

__all__ = ["ReadOptions", "Record", "RecordSource", "open_records", "open_rows"]
