/**
 * Both scripts begin alike: they find the tenant's epoch, or begin a new one where what was kept may have been lost:
 *
 * - the head is gone (FLUSHALL, eviction, expiry): positions count from 0 again, and what may be left is deleted;
 * - the stream is gone but not the head: positions go on;
 * - this is another server process than the one that wrote last (a restart from an older dump, a failover to a replica
 *   that lagged): positions go on, what is there stays readable for those who are already subscribed.
 *
 * KEYS: stream, head, marks. ARGV: a fresh epoch, how long an idle tenant is remembered (ms), then the script's own.
 */
const openEpoch = `
local stream, head, marks = KEYS[1], KEYS[2], KEYS[3]
local function number(value) return string.format('%.0f', value) end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
local known = redis.call('HMGET', head, 'epoch', 'position', 'start', 'run')
local epoch, position, start = known[1], tonumber(known[2] or 0), tonumber(known[3] or 0)
local function begin()
  epoch, start = ARGV[1], position
  redis.call('HSET', head, 'epoch', epoch, 'position', number(position), 'start', number(start), 'run', run)
end
if not epoch then
  redis.call('DEL', stream, marks)
  begin()
elseif known[4] ~= run or (position > start and redis.call('EXISTS', stream) == 0) then
  begin()
end
local function remember()
  for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
`;

/** Answers `[epoch, position, start]`. */
export const headScript = `${openEpoch}
remember()
return { epoch, number(position), number(start) }
`;

/**
 * ARGV from 3: the batch, how many transitions it has, the channel, PUBLISH or SPUBLISH, keepMs, keepTransitions.
 * Appends the batch under the id `<position of its last transition>-0` and publishes it with its epoch and place, in one
 * atomic step.
 *
 * An entry goes when it is both older than keepMs and beyond keepTransitions. Marks (moment, position) set every
 * thirty-second of keepMs tell which position was the last one keepMs ago, and only then is trimmed; `~` lets Redis
 * drop whole nodes, which keeps rather more. A busy tenant's stream thus holds at most a thirtieth more than promised.
 */
export const announceScript = `${openEpoch}
local count, keepMs, keep = tonumber(ARGV[4]), tonumber(ARGV[7]), tonumber(ARGV[8])
local function append()
  return redis.pcall('XADD', stream, number(position + count) .. '-0', 'b', ARGV[3])
end
local added = append()
if type(added) == 'table' and added.err and not string.find(added.err, 'OOM', 1, true) then
  redis.call('DEL', stream, marks)
  begin()
  added = append()
end
if type(added) == 'table' and added.err then return added end
local first = position + 1
position = position + count
redis.call('HSET', head, 'position', number(position))

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('ZRANGE', marks, -1, -1, 'WITHSCORES')
if not newest[1] or now - newest[2] >= keepMs / 32 then
  redis.call('ZADD', marks, number(now), number(position))
  local old = redis.call('ZREVRANGEBYSCORE', marks, number(now - keepMs), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if old[1] then
    local last = math.min(tonumber(old[1]), position - keep)
    if last > 0 then redis.call('XTRIM', stream, 'MINID', '~', number(last + 1) .. '-0') end
    redis.call('ZREMRANGEBYSCORE', marks, '-inf', '(' .. old[2])
  end
end
remember()
redis.call(ARGV[6], ARGV[5], '["' .. epoch .. '",' .. number(first) .. ',' .. ARGV[3] .. ']')
return number(position)
`;
