"""What sharing reads and writes. Every function takes `tx`, a connection inside a transaction."""
