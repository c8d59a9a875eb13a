"""Where Slack comes in: parse, record, ack. Nothing else happens here."""
