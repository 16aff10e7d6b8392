/**
 * Takes tokens from an endpoint's bucket. `LocalBuckets` in rate-limiter.ts does the same without Redis.
 *
 * KEYS: the bucket, a hash of the time of its next token (`next`, unix milliseconds by Redis's clock) and the interval
 * that was used last (`interval`). ARGV: the interval in milliseconds, how many tokens are wanted, and how many
 * milliseconds in the future their times may be.
 *
 * Returns `[count, first, now, receipt]`. `first` is when the first token may be used or, if there is none, when to
 * request tokens again. `first` and `now` are times of Redis's clock. The receipt is for `releaseScript`.
 */
export const acquireScript = `
local interval, wanted, ahead = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local known = redis.call('HMGET', KEYS[1], 'next', 'interval')
local nextAt = tonumber(known[1] or now)
if known[2] ~= ARGV[1] then nextAt = math.min(nextAt, now + interval) end
local first = math.max(now, nextAt)
local room = now + ahead - first
local function text(ms) return string.format('%.3f', ms) end
if room < 0 then return { 0, text(now - room), text(now), '' } end
local count = math.min(wanted, math.floor(room / interval) + 1)
local following = text(first + count * interval)
redis.call('HSET', KEYS[1], 'next', following, 'interval', ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.ceil(first + count * interval - now) + 1000)
return { count, text(first), text(now), following .. ' ' .. text(first) }
`;

/**
 * Releases the tokens of a grant, unless other tokens were granted afterwards. KEYS: the bucket. ARGV: the parts of the
 * receipt.
 */
export const releaseScript = `
if redis.call('HGET', KEYS[1], 'next') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'next', ARGV[2])
return 1
`;
