"""Private PostgreSQL and RabbitMQ on this machine: own folders, own ports, bound to 127.0.0.1."""
