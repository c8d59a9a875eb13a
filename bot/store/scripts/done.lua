-- KEYS: inbox, claims. ARGV: entry, consumer. Forgets a command, unless somebody else took it over meanwhile: then they finish it,
-- and what waits for it waits for them.
local consumer = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', '^%d+ %d+ (%S*)')
if consumer and consumer ~= ARGV[2] then return 0 end
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
