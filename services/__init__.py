"""The five services. Each folder is one service and imports no other."""
