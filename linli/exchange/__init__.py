"""Exchange: tables in and out, the register of everything that comes and goes, the one outbound client."""
