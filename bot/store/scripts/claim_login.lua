-- KEYS: a login. ARGV: the claim, whose it is (the claim's beginning). Answers 1 when it is theirs now, 0 when somebody else's.
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[2]) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
