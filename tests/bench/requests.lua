-- What wrk sends, and what it says at the end. Arguments, behind wrk's own and `--`:
--   same                  the URL as it is, with the headers as they are
--   tokens FILE COUNT     a random one of the first COUNT tokens of FILE
--   polls COUNT           a random one of COUNT uuids, none of them scanned
--   scans COUNT           COUNT callbacks, one after the other
-- The last line is tab-separated: "result", requests, microseconds, p50, p99 and max of the latency in microseconds,
-- errors (connections, reads, writes, replies of 400 and above, time limits).

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local make = {}

function make.tokens(file, count)
  local requests = {}
  for token in io.lines(file) do
    if #requests == tonumber(count) then break end
    requests[#requests + 1] = wrk.format("GET", wrk.path, { IDTOKEN = token, Host = wrk.headers["Host"] })
  end
  return requests
end

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

function init(args)
  if args[1] == "same" then return end
  local requests = make[args[1]](args[2], args[3])
  if args[1] == "scans" then
    local i = 0
    function request()
      i = i % #requests + 1
      return requests[i]
    end
  else
    local random = math.random
    math.randomseed(number)
    function request() return requests[random(#requests)] end
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(table.concat({ "result", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout }, "\t"), "\n")
end
