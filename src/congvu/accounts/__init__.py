"""accounts: who may come in, and in which posting (tài khoản, đăng nhập).

Owns: accounts, passwords and their history, second factors, sessions, the security profile with
its hard floors, kept input of locked sessions, attempts per address.
Promises: an account belongs to one person; no default account exists; a refused cookie never
acts; every sign-in, failure, lock and change leaves one audit entry.
Does not know: what an official does after coming in.
Clauses: QC.4.3, QC.4.4, S.01 to S.10, S.58.
"""
