-- KEYS: claims. ARGV: entry, consumer, lease (ms). Renews a claim; answers 0 when it is no longer this consumer's.
local attempts, consumer = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%d+ (%d+) (%S*)')
if consumer ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %d %s', now_ms() + ARGV[3], attempts, consumer))
return 1
