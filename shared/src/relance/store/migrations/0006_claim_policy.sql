-- What an owner wants done with a customer's « j'ai payé » stands in *Réglages*; whoever reads answers has to know it.

GRANT SELECT ON workbook_settings TO relance_inbox;
GRANT SELECT (id, number_id, enabled) ON ledger TO relance_inbox;
