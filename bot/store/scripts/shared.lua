-- What scripts share. Times are Unix milliseconds by Redis' own clock, so that workers' clocks need not agree.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The best rank of what a lane has still to say, nil when nothing.
local function pending_rank(lane, posts)
  local fields = redis.call('HMGET', lane, 'digest', 'shown', 'rank')
  local best = nil
  if fields[1] and fields[1] ~= fields[2] then best = tonumber(fields[3]) end
  for _, post in ipairs(redis.call('LRANGE', posts, 0, -1)) do
    local rank = tonumber(string.sub(post, 1, 1))
    if not best or rank < best then best = rank end
  end
  return best
end

-- A lane is due in the set of its rank only; `first` is the index in KEYS of the set of rank 0.
local function due_at(first, name, rank, at)
  for each = 0, 2 do
    if each == rank then
      redis.call('ZADD', KEYS[first + each], at, name)
    else
      redis.call('ZREM', KEYS[first + each], name)
    end
  end
end

local function due_since(first, name)
  for each = 0, 2 do
    local at = redis.call('ZSCORE', KEYS[first + each], name)
    if at then return tonumber(at) end
  end
  return nil
end

-- A claimed lane as the outbox needs it.
local function snapshot(lane, posts, count)
  local fields = redis.call('HMGET', lane, 'channel', 'ts', 'root', 'digest', 'shown', 'rank', 'sending', 'since', 'failures', 'refused')
  for each = 1, 10 do fields[each] = fields[each] or '' end
  fields[11] = redis.call('LRANGE', posts, 0, count - 1)
  return fields
end
