-- The same questions answered inside nginx, as a site would write it that wants no program beside nginx: who has
-- this token (one MGET), may it have what is guarded (one GET), and is this uuid scanned (one GET). Written to be fast:
--   * HMAC-SHA-256 by libcrypto through the FFI, from two states that are prepared once per key; nothing is
--     allocated for it
--   * the signature is compared in its encoded form, in constant time: any other spelling of it is refused too
--   * a header segment that was good once is known by its text
--   * Redis's whole reply is read at once and parsed by position; connections are kept
-- In Redis: lua:session:<id> is the signature of the user's present token, lua:profile:<id> the reply.
local ffi = require "ffi"
local cjson = require "cjson.safe"
local base64 = require "ngx.base64"
local C = ffi.C

local byte, find, sub, match = string.byte, string.find, string.sub, string.match
local decode_base64url, encode_base64url = base64.decode_base64url, base64.encode_base64url
local ngx, tonumber, type, floor = ngx, tonumber, type, math.floor

ffi.cdef [[
typedef struct { uint32_t opaque[28]; } scanlogin_sha256;
int SHA256_Init(scanlogin_sha256 *state);
int SHA256_Update(scanlogin_sha256 *state, const void *data, size_t length);
int SHA256_Final(unsigned char *digest, scanlogin_sha256 *state);
int CRYPTO_memcmp(const void *a, const void *b, size_t length);
]]

local M = {}

-- ---- HMAC ------------------------------------------------------------------------------------------

local state_size = ffi.sizeof("scanlogin_sha256")
local inner_start, outer_start = ffi.new("scanlogin_sha256"), ffi.new("scanlogin_sha256")
local state = ffi.new("scanlogin_sha256")
local digest = ffi.new("unsigned char[32]")

local function padded(key, with)
  local block = ffi.new("unsigned char[64]")
  for i = 0, 63 do block[i] = bit.bxor(byte(key, i + 1) or 0, with) end
  return block
end

local function prepare(key)
  assert(#key <= 64, "a longer key would have to be hashed first")
  C.SHA256_Init(inner_start)
  C.SHA256_Update(inner_start, padded(key, 0x36), 64)
  C.SHA256_Init(outer_start)
  C.SHA256_Update(outer_start, padded(key, 0x5c), 64)
end

local function hmac(text, length)
  ffi.copy(state, inner_start, state_size)
  C.SHA256_Update(state, text, length)
  C.SHA256_Final(digest, state)
  ffi.copy(state, outer_start, state_size)
  C.SHA256_Update(state, digest, 32)
  C.SHA256_Final(digest, state)
  return ffi.string(digest, 32)
end

-- ---- Redis -----------------------------------------------------------------------------------------

local redis_address
local pool = { pool_size = 256 }

-- Sends one command and returns all of its reply: what `complete` says is one.
local function ask(command, complete)
  local socket = ngx.socket.tcp()
  local ok, err = socket:connect(redis_address, pool)
  if not ok then return nil, err end
  ok, err = socket:send(command)
  if not ok then return nil, err end
  local reply = ""
  repeat
    local part
    part, err = socket:receiveany(16384)
    if not part then return nil, err end
    reply = reply == "" and part or reply .. part
    if byte(reply) == 45 then return nil, reply end -- "-ERR …"
  until complete(reply)
  socket:setkeepalive()
  return reply
end

-- The bulk string at `position`: its text (false for none) and where the next one begins; nothing while incomplete.
local function bulk(reply, position)
  local line_end = find(reply, "\r\n", position, true)
  if not line_end then return end
  local length = tonumber(sub(reply, position + 1, line_end - 1))
  if length < 0 then return false, line_end + 2 end
  local text_end = line_end + 1 + length
  if #reply < text_end + 2 then return end
  return sub(reply, line_end + 2, text_end), text_end + 3
end

local function two_bulks(reply)
  if #reply < 4 then return end
  local first, position = bulk(reply, 5) -- behind "*2\r\n"
  if not position then return end
  local second, last = bulk(reply, position)
  if last then return true, first, second end
end

local function one_bulk(reply) return select(2, bulk(reply, 1)) ~= nil end

-- ---- replies ---------------------------------------------------------------------------------------

local function send(status, body)
  ngx.status = status
  local header = ngx.header
  header["Cache-Control"] = "no-store"
  header["Content-Length"] = #body
  ngx.print(body)
end

local messages = { missing = "token认证失败", malformed = "token认证失败", expired = "token过期失效", unknown = "无效的token" }

local function denied(reason, msg)
  ngx.header["WWW-Authenticate"] = "Bearer"
  send(401, '{"code":1001,"msg":"' .. (msg or messages[reason]) .. '","reason":"' .. reason .. '"}')
end

local function unavailable(err)
  ngx.log(ngx.ERR, "redis: ", err)
  ngx.header["Retry-After"] = "1"
  send(503, '{"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"}')
end

-- ---- who has this token ----------------------------------------------------------------------------

local good_headers = {} -- header segments of tokens whose signature was good: a handful

local function algorithm(segment)
  if good_headers[segment] then return "HS256" end
  local text = decode_base64url(segment)
  local header = text and cjson.decode(text)
  return type(header) == "table" and (header.alg or "none")
end

-- The user's id and the token's signature; or nothing, why not, and in which words if not the usual.
local function verify(token)
  if not token then return nil, "missing" end
  if #token > 8192 then return nil, "malformed" end
  local header, payload, signature = match(token, "^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")
  if not header then return nil, "malformed" end
  local alg = algorithm(header)
  if not alg then return nil, "malformed" end
  local text = decode_base64url(payload)
  local claims = text and cjson.decode(text)
  if type(claims) ~= "table" then return nil, "malformed" end
  if alg ~= "HS256" then return nil, "malformed", messages.unknown end
  local expected = encode_base64url(hmac(token, #header + 1 + #payload))
  if #signature ~= #expected or C.CRYPTO_memcmp(signature, expected, #expected) ~= 0 then
    return nil, "malformed"
  end
  good_headers[header] = true
  if type(claims.exp) ~= "number" then return nil, "malformed" end
  if claims.exp <= ngx.time() then return nil, "expired" end
  local id = claims.id
  if type(id) ~= "number" or id < 1 or id > 2 ^ 53 or id ~= floor(id) then return nil, "malformed", messages.unknown end
  return id, signature
end

function M.current()
  local id, signature, msg = verify(ngx.var.http_idtoken)
  if not id then return denied(signature, msg) end
  local number = ("%d"):format(id)
  local session_key, profile_key = "lua:session:" .. number, "lua:profile:" .. number
  local reply, err = ask("*3\r\n$4\r\nMGET\r\n$" .. #session_key .. "\r\n" .. session_key .. "\r\n$" .. #profile_key ..
    "\r\n" .. profile_key .. "\r\n", two_bulks)
  if not reply then return unavailable(err) end
  local _, session, profile = two_bulks(reply)
  if session ~= signature or not profile then return denied("unknown") end
  send(200, profile)
end

-- ---- may it have what is guarded ---------------------------------------------------------------------

function M.guard()
  local id, signature, msg = verify(ngx.var.http_idtoken)
  if not id then return denied(signature, msg) end
  local key = "lua:session:" .. ("%d"):format(id)
  local reply, err = ask("*2\r\n$3\r\nGET\r\n$" .. #key .. "\r\n" .. key .. "\r\n", one_bulk)
  if not reply then return unavailable(err) end
  if bulk(reply, 1) ~= signature then return denied("unknown") end
end

-- ---- is this uuid scanned --------------------------------------------------------------------------

function M.poll()
  local uuid = ngx.var.arg_uuid
  if not uuid or uuid == "" then return send(200, '{"code":"params-error","msg":"缺少参数 uuid"}') end
  if #uuid > 128 or find(uuid, "[^%w_.-]") then
    return send(200, '{"code":"params-error","msg":"参数 uuid 不合法"}')
  end
  local key = "WeixinCodeMap:" .. uuid
  local reply, err = ask("*2\r\n$3\r\nGET\r\n$" .. #key .. "\r\n" .. key .. "\r\n", one_bulk)
  if not reply then return unavailable(err) end
  if bulk(reply, 1) then return send(200, '{"code":200,"data":{"scanned":true}}') end
  send(200, '{"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"}')
end

function M.init(key, address)
  prepare(key)
  redis_address = address
end

return M
