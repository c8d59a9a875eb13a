-- KEYS: the parked of a channel, the due sets. ARGV: prefix of lanes, prefix of posts. The bot is in the channel again: they are due.
local now = now_ms()
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local lane = ARGV[1] .. name
  local busy = redis.call('HGET', lane, 'until')
  redis.call('HDEL', lane, 'quiet')
  if tonumber(busy or 0) > now then
    redis.call('HSET', lane, 'nudged', 1)
  else
    due_at(2, name, pending_rank(lane, ARGV[2] .. name), now)
  end
end
redis.call('DEL', KEYS[1])
return 1
