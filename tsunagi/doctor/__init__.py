"""What `tsunagi doctor` looks at: one file a subject. It changes nothing and prints no setting's value."""
