-- KEYS: a login. ARGV: the claim that it is held by. Lets go of it unless somebody else holds it.
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
