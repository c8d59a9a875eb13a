-- KEYS: inbox, claims. ARGV: consumer, how many commands, how many pages, lease (ms), how far to look, ticket.
-- Hands out the oldest commands whose turn it is (bot.domain.turns): nothing of the same turn that came before them is unfinished,
-- whoever has it. A claim whose lease is over is a dead worker's: its command is handed out again, and those behind it wait on.
-- What was claimed with the same ticket is handed out again: the answer to that call was lost.
-- Answers {the newest entry, 1 when something had to wait, {{entry, command, attempt}…}}.
local now = now_ms()
local room = {command = tonumber(ARGV[2]), page = tonumber(ARGV[3])}
local most, chunk = tonumber(ARGV[5]), 100
local ahead, named = {}, {} -- turns of what came before, and the last parts of the stacks among them
local taken, waits = {}, 0

local function is_waiting(turn, name)
  if not name then return ahead[turn] end
  return ahead['*'] or ahead[turn] or ahead['/' .. name] or (turn == '/' .. name and named[name])
end

local function look_at(entry, command, turn)
  local name = string.match(turn, '^/.-([^/]+)$')
  local kind = string.sub(turn, 1, 1) == '@' and 'page' or 'command'
  local claim = redis.call('HGET', KEYS[2], entry) or '0 0 '
  local leased, attempts, consumer, ticket = string.match(claim, '^(%d+) (%d+) (%S*) ?(%S*)$')
  local again = consumer == ARGV[1] and ticket == ARGV[6]
  if again or (tonumber(leased) <= now and room[kind] > 0 and not is_waiting(turn, name)) then
    if not again then attempts = attempts + 1 end
    room[kind] = room[kind] - 1
    redis.call('HSET', KEYS[2], entry, string.format('%.0f %d %s %s', now + ARGV[4], attempts, ARGV[1], ARGV[6]))
    taken[#taken + 1] = {entry, command, tonumber(attempts)}
  elseif tonumber(leased) <= now then
    waits = 1
  end
  ahead[turn] = true
  if name then named[name] = true end
end

local from, looked = '-', 0
while looked < most and room.command + room.page > 0 do
  local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', chunk)
  for _, each in ipairs(entries) do
    local fields = {}
    for at = 1, #each[2], 2 do fields[each[2][at]] = each[2][at + 1] end
    look_at(each[1], fields.c or '', fields.t or each[1])
    from = '(' .. each[1]
  end
  looked = looked + #entries
  if #entries < chunk then break end
end

local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if room.command + room.page == 0 then waits = 1 end
return {newest and newest[1] or '0-0', waits, taken}
