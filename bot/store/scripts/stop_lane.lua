-- KEYS: lane, posts, the due sets. ARGV: claim, name, 'parked' or 'muted', reason, quiet (ms).
-- Parked: what is left, and a note of what was being posted, waits for something new to be said, after `quiet`.
-- Muted: dropped, for ever.
local lane = KEYS[1]
if redis.call('HGET', lane, 'claim') ~= ARGV[1] then return 0 end
redis.call('HDEL', lane, 'claim', 'until', 'nudged')
redis.call('HSET', lane, ARGV[3], ARGV[4])
if ARGV[3] == 'parked' then
  redis.call('HSET', lane, 'quiet', now_ms() + ARGV[5])
else
  redis.call('HDEL', lane, 'sending', 'sending_digest', 'since')
  redis.call('DEL', KEYS[2])
end
due_at(3, ARGV[2], nil, 0)
return 1
