-- KEYS: lane, posts, the due sets; where it is parked, the parked of its channel.
-- ARGV: claim, name, 'parked' or 'muted', reason; where it is parked, quiet (ms), and how long the parked are remembered (seconds).
-- Parked: what is left, and a note of what was being posted, waits until something new is said, after `quiet`, or the bot is let in.
-- Muted: dropped, for ever.
local lane = KEYS[1]
if redis.call('HGET', lane, 'claim') ~= ARGV[1] then return 0 end
redis.call('HDEL', lane, 'claim', 'until', 'nudged')
redis.call('HSET', lane, ARGV[3], ARGV[4])
if ARGV[3] == 'parked' then
  redis.call('HSET', lane, 'quiet', now_ms() + ARGV[5])
  redis.call('SADD', KEYS[6], ARGV[2])
  redis.call('EXPIRE', KEYS[6], ARGV[6])
else
  redis.call('HDEL', lane, 'sending', 'sending_digest', 'since')
  redis.call('DEL', KEYS[2])
end
due_at(3, ARGV[2], nil, 0)
return 1
