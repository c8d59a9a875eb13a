-- KEYS: inbox, seen. ARGV: command, window (ms), op, bound. Answers 1 when recorded, 0 when it was before.
if redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[2]) then
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'c', ARGV[1])
  return 1
end
if redis.call('GET', KEYS[2]) == ARGV[3] then return 1 end -- our own repetition: the first answer was lost
return 0
