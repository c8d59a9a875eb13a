-- KEYS: lane, posts, the due sets. ARGV: claim, name, after (ms), failed, unsure (0 or 1).
local lane, posts = KEYS[1], KEYS[2]
if redis.call('HGET', lane, 'claim') ~= ARGV[1] then return 0 end
local after = tonumber(ARGV[3])
local failed, unsure = ARGV[4] == '1', ARGV[5] == '1'

if failed then redis.call('HINCRBY', lane, 'failures', 1) end
if not unsure then redis.call('HDEL', lane, 'sending', 'sending_digest', 'since') end
if redis.call('HGET', lane, 'nudged') and not failed then after = 0 end -- something new was said meanwhile
redis.call('HDEL', lane, 'claim', 'until', 'nudged')

local rank = pending_rank(lane, posts)
if unsure and not rank then rank = 0 end
due_at(3, ARGV[2], rank, now_ms() + after)
return 1
