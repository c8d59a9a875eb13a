-- KEYS: inbox, claims, dead. ARGV: entry, reason, bound. Moves an entry aside, once.
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
if found then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[3], '*', 'reason', ARGV[2], 'entry', ARGV[1], unpack(found[2]))
end
return 1
