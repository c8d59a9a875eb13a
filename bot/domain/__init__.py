"""What the bot knows about deployments, stacks, people and rules: pure, standard library only."""
