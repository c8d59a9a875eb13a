"""Benchmarks: ratios against baselines in the same run, so that they mean the same on any machine."""
