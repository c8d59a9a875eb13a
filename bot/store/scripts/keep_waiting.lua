-- KEYS: claims of what waits. ARGV: request, owner, until (Unix seconds); without it the claim is given back. Somebody else's is left.
local owner = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%S+ (.*)$')
if owner ~= ARGV[2] then return 0 end
if ARGV[3] then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.6f %s', ARGV[3], owner))
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
