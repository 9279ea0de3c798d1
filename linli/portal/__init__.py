"""Pages over many domains: home, my page, workbench, cockpit. It has no tables of its own."""
