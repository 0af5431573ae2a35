-- Lua, with Debian's lua-cjson and lua-luaossl: what a check inside nginx would do. Debian has no JWT library for Lua, and
-- luaossl no EdDSA. What it is asked and answers is in e2e/45-other-verifiers.sh.
local cjson, pkey, hmac = require "cjson", require "openssl.pkey", require "openssl.hmac"
local bignum, digest = require "openssl.bignum", require "openssl.digest"

local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local function encode(bytes)
  local bits = bytes:gsub(".", function(c)
    local out = ""
    for i = 7, 0, -1 do out = out .. (c:byte() >> i & 1) end
    return out
  end)
  return ((bits .. ("0"):rep(-#bits % 6)):gsub("%d%d%d%d%d%d", function(six)
    local at = tonumber(six, 2) + 1
    return letters:sub(at, at)
  end))
end
local function decode(text)
  local bits = text:gsub(".", function(c)
    local value, out = letters:find(c, 1, true) - 1, ""
    for i = 5, 0, -1 do out = out .. (value >> i & 1) end
    return out
  end)
  return (bits:sub(1, #bits - #bits % 8):gsub("%d%d%d%d%d%d%d%d", function(eight) return string.char(tonumber(eight, 2)) end))
end
local function sha256(text) return digest.new("sha256"):update(text) end
local function hs256(text) return hmac.new(os.getenv("SECRET_KEY"), "sha256"):final(text) end

local function public_key(kid)
  for _, jwk in ipairs(cjson.decode(os.getenv("JWKS")).keys) do
    if jwk.kid == kid and jwk.alg == "RS256" then
      local key = pkey.new { type = "RSA", bits = 512 }
      key:setParameters { n = bignum.fromBinary(decode(jwk.n)), e = bignum.fromBinary(decode(jwk.e)) }
      return key
    end
  end
  error("no key")
end
local function verify(token)
  local header, payload, signature = token:match("^([^.]+)%.([^.]+)%.([^.]+)$")
  local text, alg = header .. "." .. payload, cjson.decode(decode(header)).alg
  if alg == "HS256" then
    assert(decode(signature) == hs256(text), "signature")
  else
    assert(public_key(cjson.decode(decode(header)).kid):verify(decode(signature), sha256(text)), "signature")
  end
  local claims = cjson.decode(decode(payload))
  return ("%s %d %s"):format(alg, claims.id, claims.username)
end

if arg[1] == "sign" then
  local alg, kid, file, claims = table.unpack(arg, 2)
  local text = encode(cjson.encode { alg = alg, kid = kid ~= "" and kid or nil }) .. "." .. encode(claims)
  if file == "" then
    print(text .. "." .. encode(hs256(text)))
  else
    print(text .. "." .. encode(pkey.new(io.open(file):read("a")):sign(sha256(text))))
  end
else
  for line in io.lines() do
    local good, said = pcall(verify, line)
    print(good and said or "refused: " .. said)
  end
end
