-- KEYS: lane, posts, the due sets. ARGV: claim, name, keys, digest, lease (ms).
-- Notes what is about to be posted and renews the lease. Answers 0 when the claim is somebody else's.
if redis.call('HGET', KEYS[1], 'claim') ~= ARGV[1] then return 0 end
local now = now_ms()
redis.call('HSET', KEYS[1], 'sending', ARGV[3], 'sending_digest', ARGV[4], 'since', now, 'until', now + ARGV[5])
for each = 3, 5 do redis.call('ZADD', KEYS[each], 'XX', now + ARGV[5], ARGV[2]) end
return 1
