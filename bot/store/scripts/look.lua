-- Reads records and keeps them alive. KEYS: hashes. ARGV[1]: lifetime in seconds, renewed once half of it is over.
local found = {}
local lifetime = tonumber(ARGV[1])
for each, key in ipairs(KEYS) do
  found[each] = redis.call('HGET', key, 'body')
  if found[each] and redis.call('TTL', key) < lifetime / 2 then redis.call('EXPIRE', key, lifetime) end
end
return found
