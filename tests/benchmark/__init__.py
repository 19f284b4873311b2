"""The public benchmark: papers of the layouts of nineteen regions, set from invented figures, with their truth, errors put
in at known cells, and the score of a reader. docs/benchmark.md says how to use it."""
