"""The rules of sharing. Pure: values in, values out; no database, broker, clock or environment."""
