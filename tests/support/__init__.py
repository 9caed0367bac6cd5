"""What tests need: real servers, fresh instances, real processes, and what stands in for the outside."""
