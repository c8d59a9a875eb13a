-- One of Slack's limits, in milliseconds. KEYS: bucket. ARGV: what, and
--   take:  interval, tolerance, hold   answers 0 (go, counted) or how long to wait; no longer than an interval for a held
--                                      turn, as it may be given back any moment
--   free:  pause                       the held call is over
--   block: duration                    Slack said 429
local now = now_ms()
local fields = redis.call('HMGET', KEYS[1], 'empty', 'held', 'blocked')
local empty = math.max(tonumber(fields[1] or 0), now)
local held, blocked = tonumber(fields[2] or 0), tonumber(fields[3] or 0)
local wait = 0

if ARGV[1] == 'take' then
  wait = math.max(0, empty - ARGV[3] - now, blocked - now)
  if held > now then
    wait = math.max(wait, 1, math.min(held - now, tonumber(ARGV[2])))
  elseif wait == 0 then
    empty = empty + ARGV[2]
    if tonumber(ARGV[4]) > 0 then held = now + ARGV[4] end
  end
elseif ARGV[1] == 'free' then
  held = now + ARGV[2]
else
  blocked = math.max(blocked, now + ARGV[2])
end

redis.call('HSET', KEYS[1], 'empty', empty, 'held', held, 'blocked', blocked)
redis.call('PEXPIRE', KEYS[1], math.max(empty, held, blocked) - now + 1000)
return math.ceil(wait)
