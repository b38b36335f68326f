"""The stages of the small systems in resources/lineage: one module a system."""
