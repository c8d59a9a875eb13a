-- KEYS: the due sets of rank 0, 1, 2. ARGV: prefix of lanes, prefix of posts, claim, lease (ms), how many posts.
-- Answers {name, snapshot} or nil. A claimed lane is due again when its lease ends, in case its worker dies.
local now = now_ms()
for each = 1, 3 do
  local name = redis.call('ZRANGEBYSCORE', KEYS[each], '-inf', now, 'LIMIT', 0, 1)[1]
  while name do
    local lane = ARGV[1] .. name
    if redis.call('EXISTS', lane) == 1 then
      redis.call('HSET', lane, 'claim', ARGV[3], 'until', now + ARGV[4])
      redis.call('HDEL', lane, 'nudged')
      redis.call('ZADD', KEYS[each], now + ARGV[4], name)
      return {name, snapshot(lane, ARGV[2] .. name, tonumber(ARGV[5]))}
    end
    redis.call('ZREM', KEYS[each], name)
    name = redis.call('ZRANGEBYSCORE', KEYS[each], '-inf', now, 'LIMIT', 0, 1)[1]
  end
end
return nil
