"""Batch signing: one person reviews and signs many documents in one sitting.

Promises: nothing is signed that was not shown; a result for each; a killed worker loses nothing.
"""
