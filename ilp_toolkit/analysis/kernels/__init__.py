"""The hot loops of this room, compiled by numba when they are first used: arrays in, arrays out."""
