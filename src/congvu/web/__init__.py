"""web: the three fronts (desk for officials, public for everybody, api for machines).

A page asks one question or gives one order; nothing is decided here.
"""
