"""What is remembered, in Redis or Valkey: `RedisState`, `RedisInbox`, `RedisLanes`, `RedisReplies`, `RedisBudget`, `RedisOnce`.

Each module keeps one thing; `keys` names every key; `scripts` holds the Lua for what must happen together.
"""
