"""The documentation site: the tree's own documents, built by MkDocs into var/docs/site."""
