"""run: the top floor; what a person types to bring the house to life.

Owns: the `congvu` command, the supervisor of the embedded PostgreSQL, set-up and start-up,
demonstration data, the play of the main job and the measurements.
Promises: one command starts everything and ctrl-C stops everything; no database is ever
broken by a second start, a crash or a kill.
Does not know: any rule of the law; it calls verbs like every other front.
"""
