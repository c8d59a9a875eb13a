"""What comes in over HTTP or Socket Mode, proven to be Slack's or Pulumi's before anybody reads it."""
