-- KEYS: inbox, seen by what it repeats, seen by its id. ARGV: command, window (ms), op, bound, lifetime of an id (ms), turn.
-- Answers 1 when recorded, 0 when it was before: a double click has the first in common, a replayed request the second.
local function is_new(key, lifetime)
  if redis.call('SET', key, ARGV[3], 'NX', 'PX', lifetime) then return true end
  return false
end

if not is_new(KEYS[2], ARGV[2]) then
  if redis.call('GET', KEYS[2]) == ARGV[3] then return 1 end -- our own repetition: the first answer was lost
  return 0
end
if KEYS[3] ~= KEYS[2] and not is_new(KEYS[3], ARGV[5]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'c', ARGV[1], 't', ARGV[6])
return 1
