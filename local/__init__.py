"""The local house: everything MorfX needs, on one machine, deployed from the one template."""
