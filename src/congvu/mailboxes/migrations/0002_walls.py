"""The second wall of the mailboxes: a person's rows are that person's, an agency's the agency's.

A sender writes a row into the mailbox of a recipient and sees none of it; a recipient sees a letter
because it lies in the own mailbox. The head of an agency gets figures and no letter.
"""

from django.db import migrations

from congvu.kit.row_security import own_rows, personal, undo

OWN = personal("person_id")
PLAIN = (
    "mailfolder",
    "mailnote",
    "maildraft",
    "draftfile",
    "awayrule",
    "awayanswer",
    "imapaccount",
    "mailitem",
)
LIES_HERE = "EXISTS (SELECT 1 FROM mailboxes_mailitem i WHERE i.letter_id = mailboxes_letter.id)"
WITH_LETTER = "EXISTS (SELECT 1 FROM mailboxes_letter l WHERE l.id = letter_id)"
TO_ME = f"to_mailbox_id IN (SELECT b.id FROM mailboxes_mailbox b WHERE {personal('b.person_id')})"
# Asked with the owner's rights: the policies of letters look at items, and would look at themselves.
MY_LETTER = f"""
CREATE FUNCTION mailboxes_my_letter(wanted bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM mailboxes_letter WHERE id = wanted AND {OWN}) $$;
"""
DELIVERING = f"""
DROP POLICY mailboxes_mailitem_added ON mailboxes_mailitem;
CREATE POLICY mailboxes_mailitem_added ON mailboxes_mailitem FOR INSERT TO congvu_app
    WITH CHECK ({OWN} OR mailboxes_my_letter(letter_id));
"""
# Figures of the mailboxes of those who work in the own agency: how many, and since when.
MEASURE = """
CREATE FUNCTION mailboxes_measure(wanted bigint[])
    RETURNS TABLE (mailbox_id bigint, unread bigint, oldest timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT i.mailbox_id, count(*), min(i.received_at)
          FROM mailboxes_mailitem i JOIN mailboxes_mailbox b ON b.id = i.mailbox_id
          WHERE b.id = ANY(wanted) AND i.read_at IS NULL AND i.place <> 'trash'
            AND EXISTS (SELECT 1 FROM orgs_posting p WHERE p.person_id = b.person_id
                AND p.agency_id = congvu_agency())
          GROUP BY i.mailbox_id $$;
"""
LETTERS = {
    "mailboxes_letter": {"also_seen_when": LIES_HERE},
    "mailboxes_letterfile": {"also_seen_when": WITH_LETTER},
    "mailboxes_letterrecipient": {"also_seen_when": WITH_LETTER, "also_written_when": TO_ME},
}


class Migration(migrations.Migration):
    dependencies = [("mailboxes", "0001_initial")]
    operations = [
        *[
            migrations.RunSQL(own_rows(f"mailboxes_{name}", mine=OWN), undo(f"mailboxes_{name}"))
            for name in PLAIN
        ],
        *[
            migrations.RunSQL(own_rows(table, mine=OWN, **wider), undo(table))
            for table, wider in LETTERS.items()
        ],
        migrations.RunSQL(MY_LETTER, "DROP FUNCTION mailboxes_my_letter(bigint)"),
        migrations.RunSQL(DELIVERING, migrations.RunSQL.noop),
        migrations.RunSQL(MEASURE, "DROP FUNCTION mailboxes_measure(bigint[])"),
    ]
