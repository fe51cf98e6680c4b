-- Which post a case became: for whoever reads an edit of it, or an answer. Small: of what passed without a case nothing is in it.
CREATE INDEX deliveries_of_cases ON deliveries (upstream_id) WHERE case_number IS NOT NULL;
