-- KEYS: reply, replies. ARGV: claim, key, 'begin' | 'finish' | 'retry', after (ms), failed (0 or 1).
-- Answers 0 when the claim is somebody else's. A finished reply keeps an empty body: its key stays taken.
if redis.call('HGET', KEYS[1], 'claim') ~= ARGV[1] then return 0 end
if ARGV[3] == 'begin' then
  redis.call('HSET', KEYS[1], 'begun', 1)
elseif ARGV[3] == 'finish' then
  redis.call('HSET', KEYS[1], 'body', '')
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  redis.call('HDEL', KEYS[1], 'begun')
  redis.call('HINCRBY', KEYS[1], 'failures', ARGV[5])
  redis.call('ZADD', KEYS[2], now_ms() + ARGV[4], ARGV[2])
end
return 1
