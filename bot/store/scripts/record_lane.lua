-- KEYS: lane, posts, the due sets. ARGV: claim, what, and
--   posted:  keys, ts, how many of them are posts (fewer than keys when the card itself is among them)
--   updated: digest
-- then how many posts to answer. Answers a snapshot, or nil when the claim is somebody else's.
local lane, posts = KEYS[1], KEYS[2]
if redis.call('HGET', lane, 'claim') ~= ARGV[1] then return nil end

if ARGV[2] == 'updated' then
  redis.call('HSET', lane, 'shown', ARGV[3], 'failures', 0, 'served', now_ms())
elseif redis.call('HGET', lane, 'sending') == ARGV[3] then -- else it is recorded already: our own repetition
  local count = tonumber(ARGV[5])
  if count == 0 then
    redis.call('HSET', lane, 'ts', ARGV[4], 'shown', redis.call('HGET', lane, 'sending_digest'))
  else
    redis.call('LPOP', posts, count)
  end
  redis.call('HDEL', lane, 'sending', 'sending_digest', 'since')
  redis.call('HSET', lane, 'failures', 0, 'served', now_ms())
end
return snapshot(lane, posts, tonumber(ARGV[6]))
