-- KEYS: replies. ARGV: prefix of replies, claim, lease (ms). Answers {key, body, begun, failures} or nil.
local now = now_ms()
while true do
  local name = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  if not name then return nil end
  local fields = redis.call('HMGET', ARGV[1] .. name, 'body', 'begun', 'failures')
  if fields[1] and fields[1] ~= '' then
    redis.call('HSET', ARGV[1] .. name, 'claim', ARGV[2])
    redis.call('ZADD', KEYS[1], now + ARGV[3], name)
    return {name, fields[1], fields[2] or '', fields[3] or ''}
  end
  redis.call('ZREM', KEYS[1], name)
end
