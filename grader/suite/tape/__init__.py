"""The tape of a class: the examples of each test, drawn once, and played to every submission"""
