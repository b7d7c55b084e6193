"""One module for each change of the tables, in order; never edited once it was released."""
