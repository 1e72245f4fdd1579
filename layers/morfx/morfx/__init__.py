"""MorfX: a conversational-sales engine for shops that sell over WhatsApp."""
