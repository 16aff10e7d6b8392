import { wireFormat } from './wire.ts';

/**
 * The common beginning of both scripts. It reads the tenant's epoch, or begins a new one if entries may have been lost:
 *
 * - The head is missing (FLUSHALL, eviction, expiry): positions start from 0 again.
 * - The stream or the versions are missing or have an older format, but the head exists: positions continue.
 * - Another Redis process wrote last (a restart from an older dump, a failover to a replica that lagged): positions
 *   continue.
 *
 * A new epoch deletes everything of the previous one. KEYS: stream, head, marks, versions, older versions. ARGV: a new
 * epoch, how long the keys of an idle tenant live (ms), then the arguments of the script.
 */
const openEpoch = `
local stream, head, marks, versions, olderVersions = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function number(value) return string.format('%.0f', value) end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
local known = redis.call('HMGET', head, 'epoch', 'position', 'start', 'run', 'format')
local epoch, position, start = known[1], tonumber(known[2] or 0), tonumber(known[3] or 0)
local function begin()
  redis.call('UNLINK', stream, marks, versions, olderVersions)
  epoch, start = ARGV[1], position
  redis.call('HSET', head, 'epoch', epoch, 'position', number(position), 'start', number(start), 'run', run,
    'format', '${wireFormat}')
end
if not epoch or known[4] ~= run or known[5] ~= '${wireFormat}'
  or (position > start and redis.call('EXISTS', stream, versions) < 2) then
  begin()
end
local function remember()
  for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
`;

/** Returns `[epoch, position, start]` of the tenant's feed. */
const headScript = `${openEpoch}
remember()
return { epoch, number(position), number(start) }
`;

/**
 * ARGV from 3: the channel, PUBLISH or SPUBLISH, keepMs, keepTransitions, maxBytes, the size of a generation of
 * versions, 1 if earlier versions are announced (see `AppendOptions`) or else 0, then the encoded transitions.
 *
 * Accepts the transitions that follow the known versions. Appends them as one batch with the id `<last position>-0` and
 * publishes it with its epoch and first position, in one atomic step. Returns the indexes of the refused transitions.
 *
 * The last version of each delivery is kept in two generations. When the newer one is full, the older one is dropped.
 *
 * An entry is removed when it is older than keepMs and not among the newest keepTransitions. The script stores a mark
 * (time, position) at intervals of keepMs / 32, from which it knows the last position keepMs ago. The option `~` of XTRIM lets Redis
 * remove only whole blocks of entries, so that it keeps slightly more. Every 512 positions, older entries are removed
 * if the stream takes more than maxBytes.
 */
const announceScript = `${openEpoch}
local first, ids, parts, refused, changed = position + 1, {}, {}, {}, {}
for i = 10, #ARGV do ids[i - 9] = string.match(ARGV[i], '^%["([^"]+)"') or '' end
local last, unknown = {}, {}
local function lookUp(key, wanted)
  for i, version in ipairs(redis.call('HMGET', key, unpack(wanted))) do
    if version then last[wanted[i]] = tonumber(version) end
  end
end
lookUp(versions, ids)
for _, id in ipairs(ids) do if not last[id] then unknown[#unknown + 1] = id end end
if #unknown > 0 then lookUp(olderVersions, unknown) end

local before = position
for i, id in ipairs(ids) do
  local version, known = tonumber(string.match(ARGV[i + 9], '^%["[^"]+",(%d+)')), last[id]
  if not known or version > known then
    if version == (known or 0) + 1 or ARGV[9] == '1' then
      local missing = known and version - known - 1 or 0
      if missing > 0 then parts[#parts + 1] = number(missing) end
      parts[#parts + 1] = ARGV[i + 9]
      position = position + missing + 1
      last[id] = version
      changed[id] = version
    else
      refused[#refused + 1] = i - 1
    end
  end
end
if #parts == 0 then
  remember()
  return refused
end

local batch = '[${wireFormat},' .. table.concat(parts, ',') .. ']'
local function append()
  return redis.pcall('XADD', stream, number(position) .. '-0', 'b', batch, 'f', number(first))
end
local added = append()
if type(added) == 'table' and added.err and not string.find(added.err, 'OOM', 1, true) then
  local ahead = position
  position = before
  begin()
  position = ahead
  added = append()
end
if type(added) == 'table' and added.err then return added end
redis.call('HSET', head, 'position', number(position))
if redis.call('HLEN', versions) >= tonumber(ARGV[8]) then
  redis.call('UNLINK', olderVersions)
  redis.call('RENAME', versions, olderVersions)
end
local pairsToSet = {}
for id, version in pairs(changed) do
  pairsToSet[#pairsToSet + 1] = id
  pairsToSet[#pairsToSet + 1] = number(version)
end
redis.call('HSET', versions, unpack(pairsToSet))

local keepMs, keep, maxBytes = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local function trimTo(last)
  if last > 0 then redis.call('XTRIM', stream, 'MINID', '~', number(last + 1) .. '-0') end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('ZRANGE', marks, -1, -1, 'WITHSCORES')
if not newest[1] or now - newest[2] >= keepMs / 32 then
  redis.call('ZADD', marks, number(now), number(position))
  local old = redis.call('ZREVRANGEBYSCORE', marks, number(now - keepMs), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if old[1] then
    trimTo(math.min(tonumber(old[1]), position - keep))
    redis.call('ZREMRANGEBYSCORE', marks, '-inf', '(' .. old[2])
  end
end
if math.floor(position / 512) > math.floor(before / 512) then
  local used = redis.call('MEMORY', 'USAGE', stream)
  if used > maxBytes then
    local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][1]
    trimTo(position - math.floor((position - tonumber(string.match(oldest, '^%d+'))) * maxBytes / used))
  end
end
redis.call(ARGV[4], ARGV[3], '["' .. epoch .. '",' .. number(first) .. ',' .. batch .. ']')
remember()
return refused
`;

/** The scripts, which become the commands `feedHead` and `feedAnnounce`. */
export const feedScripts = {
  feedHead: { lua: headScript, numberOfKeys: 5 },
  feedAnnounce: { lua: announceScript, numberOfKeys: 5 },
};
