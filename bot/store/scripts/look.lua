-- Reads records and keeps them alive. KEYS: the set of those that are not over, then hashes.
-- ARGV: lifetime in seconds, renewed once half of it is over, then the hashes' names in the set. One without a record is not under way.
local found = {}
local lifetime = tonumber(ARGV[1])
for each = 1, #KEYS - 1 do
  local key = KEYS[each + 1]
  found[each] = redis.call('HGET', key, 'body')
  if not found[each] then
    redis.call('SREM', KEYS[1], ARGV[each + 1])
  elseif redis.call('TTL', key) < lifetime / 2 then
    redis.call('EXPIRE', key, lifetime)
  end
end
return found
