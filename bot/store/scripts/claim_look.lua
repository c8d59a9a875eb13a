-- KEYS: looks, claims, wishes. ARGV: now, lease (seconds), owner. Answers the organisation, or nil.
-- Until the lease is over nobody else finds it due; then it is due again by itself (the owner died).
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)
local org = found[1]
if not org then return nil end
redis.call('ZADD', KEYS[1], string.format('%.6f', tonumber(ARGV[1]) + tonumber(ARGV[2])), org)
redis.call('HSET', KEYS[2], org, ARGV[3])
redis.call('HDEL', KEYS[3], org)
return org
