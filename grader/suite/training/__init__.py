"""Tests of training: scripts for loops, their narration in words, and accuracy over seeds."""
