-- KEYS: inbox, dead. ARGV: group, entry, reason, bound. Moves an entry aside, once.
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
if found then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'reason', ARGV[3], 'entry', ARGV[2], unpack(found[2]))
end
return 1
