"""港安 Gang'an: rules, records and pictures of one district's emergency desk."""
