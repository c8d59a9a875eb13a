"""A Pulumi Cloud and a Slack workspace on one machine, for people who have neither at hand.

Nothing here imports the bot and the bot imports nothing here: two readings of the same contract.
"""
