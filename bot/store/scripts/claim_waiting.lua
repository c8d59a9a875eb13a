-- KEYS: awaiting, its claims. ARGV: now, lease (seconds), owner, how many. Answers the ids of requests that are due and that nobody
-- looks after, the longest overdue first. A claim whose lease is over is a dead worker's.
local now, room = tonumber(ARGV[1]), tonumber(ARGV[4])
local held, holding = {}, 0
local claims = redis.call('HGETALL', KEYS[2])
for each = 1, #claims, 2 do
  if tonumber(string.match(claims[each + 1], '^(%S+)')) <= now then
    redis.call('HDEL', KEYS[2], claims[each])
  else
    held[claims[each]] = true
    holding = holding + 1
  end
end

local taken = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, room + holding)) do
  if not held[id] and #taken < room then
    redis.call('HSET', KEYS[2], id, string.format('%.6f %s', now + ARGV[2], ARGV[3]))
    taken[#taken + 1] = id
  end
end
return taken
