-- A change of state and what is to be said of it: all or nothing.
-- KEYS: the due sets of rank 0, 1, 2; the replies' due set; every other key that ARGV names.
-- ARGV[1], in MessagePack: guard {key, field, expected or false, op} or false; writes, each a whole command;
--   says {lane, posts, said, name, channel, root, digest, rank, refused, {{key, rank, body}…}}; replies {key, name, body}; audit {seen, stream, body}; lifetimes and bounds.
-- Answers {1, {which of the audit were new, from 0}} when done, {0, what is there} when the guard refused.
local plan = cmsgpack.unpack(ARGV[1])
local now = now_ms()

local function refused(guard)
  local there = redis.call('HMGET', guard[1], guard[2], 'op')
  if there[2] and there[2] == guard[4] then return {1, {}} end -- our own repetition: the first answer was lost
  if there[1] ~= guard[3] then return {0, there[1]} end
  redis.call('HSET', guard[1], 'op', guard[4])
  return nil
end

local function wake(say)
  local lane, name = say[1], say[4]
  local rank = pending_rank(lane, say[2])
  if not rank then return end
  local fields = redis.call('HMGET', lane, 'until', 'quiet', 'failures')
  if tonumber(fields[1] or 0) > now then
    redis.call('HSET', lane, 'nudged', 1)
    return
  end
  local quiet = tonumber(fields[2] or 0)
  if quiet > now then
    due_at(1, name, rank, quiet)
    return
  end
  local since = due_since(1, name)
  local backing_off = since and tonumber(fields[3] or 0) > 0
  due_at(1, name, rank, backing_off and since or math.min(since or now, now))
end

local function say_root(lane, root, digest, rank)
  local fields = redis.call('HMGET', lane, 'digest', 'shown', 'rank')
  if fields[1] and fields[1] ~= fields[2] then rank = math.min(rank, tonumber(fields[3])) end
  redis.call('HSET', lane, 'root', root, 'digest', digest, 'rank', rank)
end

local function speak(say)
  local lane, posts, said = say[1], say[2], say[3]
  if redis.call('HEXISTS', lane, 'muted') == 1 then return end
  redis.call('HSETNX', lane, 'channel', say[5])
  if say[9] ~= '' then redis.call('HSET', lane, 'refused', say[9]) end
  if say[6] ~= '' then say_root(lane, say[6], say[7], say[8]) end
  for _, post in ipairs(say[10]) do
    if redis.call('SADD', said, post[1]) == 1 then redis.call('RPUSH', posts, post[2] .. post[3]) end
  end
  for each = 1, 3 do redis.call('EXPIRE', say[each], plan.lane_ttl) end
  wake(say)
end

local function queue(reply)
  if redis.call('HSETNX', reply[1], 'body', reply[3]) == 0 then return end
  redis.call('EXPIRE', reply[1], plan.reply_ttl)
  redis.call('ZADD', KEYS[4], now, reply[2])
end

-- A record is kept once, whoever brings it again; what is too old or too much goes, whole nodes of the stream at a time.
local function remember(record)
  if not redis.call('SET', record[1], 1, 'NX', 'EX', plan.audit_seen) then return false end
  redis.call('XADD', record[2], 'MAXLEN', '~', plan.audit_most, '*', 'b', record[3])
  redis.call('XTRIM', record[2], 'MINID', '~', math.max(now - plan.audit_ms, 0))
  return true
end

if plan.guard then
  local answer = refused(plan.guard)
  if answer then return answer end
end
for _, command in ipairs(plan.writes) do redis.call(unpack(command)) end
for _, say in ipairs(plan.says) do speak(say) end
for _, reply in ipairs(plan.replies) do queue(reply) end
local fresh = {}
for each, record in ipairs(plan.audit) do
  if remember(record) then fresh[#fresh + 1] = each - 1 end
end
return {1, fresh}
