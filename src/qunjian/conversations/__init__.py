"""Who answers whom: reply links, response pairs and their exemptions."""
