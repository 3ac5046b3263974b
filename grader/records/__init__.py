"""The record of one graded submission: its type, its scoring rule, its words, and how it is stored."""
