-- KEYS: looks, claims, wishes. ARGV: organisation, at (Unix seconds), owner, 1 to give the claim back.
local org, at, owner, release = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local claimed_by = redis.call('HGET', KEYS[2], org)
local wish = redis.call('HGET', KEYS[3], org)
if wish then at = math.min(at, tonumber(wish)) end
local score = string.format('%.6f', at)

if claimed_by and release and claimed_by == owner then
  redis.call('HDEL', KEYS[2], org)
  redis.call('HDEL', KEYS[3], org)
  redis.call('ZADD', KEYS[1], score, org)
elseif claimed_by then
  redis.call('HSET', KEYS[3], org, score) -- somebody looks: remember the wish until the claim is given back
else
  redis.call('ZADD', KEYS[1], 'LT', score, org)
end
return 1
