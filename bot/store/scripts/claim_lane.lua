-- KEYS: the due sets of rank 0, 1, 2. ARGV: prefix of lanes, prefix of posts, claim, lease (ms), how many posts.
-- Answers {name, snapshot} or nil. A claimed lane is due again when its lease ends, in case its worker dies.
local now = now_ms()
local CONSIDERED = 100

-- Of the lanes that are due the longest, the one that Slack heard from least lately: lanes that share a channel take turns.
local function next_of(due)
  local found, least = nil, nil
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, CONSIDERED)) do
    local fields = redis.call('HMGET', ARGV[1] .. name, 'channel', 'served')
    local served = tonumber(fields[2] or 0)
    if not fields[1] then
      redis.call('ZREM', due, name) -- expired
    elseif not least or served < least then
      found, least = name, served
    end
  end
  return found
end

for each = 1, 3 do
  local name = next_of(KEYS[each])
  if name then
    local lane = ARGV[1] .. name
    redis.call('HSET', lane, 'claim', ARGV[3], 'until', now + ARGV[4])
    redis.call('HDEL', lane, 'nudged')
    redis.call('ZADD', KEYS[each], now + ARGV[4], name)
    return {name, snapshot(lane, ARGV[2] .. name, tonumber(ARGV[5]))}
  end
end
return nil
