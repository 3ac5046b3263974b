"""The record of one graded submission: its type, its scoring rule, its words, and how it is stored."""

from grader.records.outcomes import Outcome
from grader.records.record import Record, Score, TestResult, parse_record, without_times
from grader.records.scoring import Points
from grader.records.store import Journal, read_record, record_path

__all__ = [
    "Journal",
    "Outcome",
    "Points",
    "Record",
    "Score",
    "TestResult",
    "parse_record",
    "read_record",
    "record_path",
    "without_times",
]
