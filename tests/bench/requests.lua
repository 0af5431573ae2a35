-- What wrk sends, and what it says at the end. Arguments, behind wrk's own and `--`:
--   same                  the URL as it is, with the headers as they are
--   turns FILE START      the tokens of FILE in turn: each thread goes through a part of its own, so that none comes back
--                         before all others; a thread begins behind its first START
--   zipf FILE START       one of FILE's tokens, the n-th one n times more seldom than the first; START chooses the series
--   polls COUNT           a random one of COUNT uuids, none of them scanned
--   scans COUNT           COUNT callbacks, one after the other
-- The last line is tab-separated: "result", requests, microseconds, p50, p99 and max of the latency in microseconds,
-- errors (connections, reads, writes, replies of 400 and above, time limits), and the most that one thread has asked.

local THREADS = 2 -- as many as wrk is started with
local threads = {}
asked = 0 -- by this thread

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("number", #threads)
end

local make = {}

local function tokens_in(file, first, step)
  local requests, line = {}, 0
  for token in io.lines(file) do
    line = line + 1
    if line % step == first % step then
      requests[#requests + 1] = wrk.format("GET", wrk.path, { IDTOKEN = token, Host = wrk.headers["Host"] })
    end
  end
  return requests
end

function make.turns(file) return tokens_in(file, number, THREADS) end
function make.zipf(file) return tokens_in(file, 1, 1) end

function make.polls(count)
  local requests = {}
  for i = 1, tonumber(count) do requests[i] = wrk.format("GET", wrk.path .. "?uuid=nobody-" .. number .. "-" .. i) end
  return requests
end

function make.scans(count)
  local requests = {}
  for i = 1, tonumber(count) do
    local name = number .. "-" .. i
    requests[i] = wrk.format("GET", wrk.path .. "?code=test.bench-" .. name .. "&state=bench-" .. name)
  end
  return requests
end

-- Which of `count` requests comes next.
local next_of = {}

function next_of.turns(count, start)
  return function() return (start + asked - 1) % count + 1 end
end
next_of.scans = function(count) return next_of.turns(count, 0) end

function next_of.polls(count)
  local random = math.random
  math.randomseed(number)
  return function() return random(count) end
end

function next_of.zipf(count, start)
  local random = math.random
  math.randomseed(start * THREADS + number)
  local up_to, sum = {}, 0
  for i = 1, count do
    sum = sum + 1 / i
    up_to[i] = sum
  end
  return function()
    local value, low, high = random() * sum, 1, count
    while low < high do
      local middle = math.floor((low + high) / 2)
      if up_to[middle] < value then low = middle + 1 else high = middle end
    end
    return low
  end
end

function init(args)
  if args[1] == "same" then return end
  local requests = make[args[1]](args[2])
  local pick = next_of[args[1]](#requests, tonumber(args[3]))
  function request()
    asked = asked + 1
    return requests[pick()]
  end
end

function done(summary, latency, _)
  local errors, most = summary.errors, 0
  for _, thread in ipairs(threads) do most = math.max(most, thread:get("asked")) end
  io.write(table.concat({ "result", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, most }, "\t"), "\n")
end
