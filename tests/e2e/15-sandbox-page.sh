#!/bin/bash
# What the sandbox shows to a browser in WeChat's place: wxLogin.js, and the page with the QR code.
. "$(dirname "$0")/../lib/setup.bash"

start_stack login-wx-callback

REDIRECT=http%3A%2F%2Flocalhost%2Fapi%2Fuser%2Flogin%2Fwx%2Fcallback%2F
QUERY="appid=wx0123456789abcdef&scope=snsapi_login&redirect_uri=$REDIRECT&state=0123&login_type=jssdk&self_redirect=true"
HTML='text/html; charset=utf-8'

show() { # QUERY [PAGE]: a page of WeChat's, that has to come
  sandbox "/connect/${2:-qrconnect}?$1"
  assert_status 200
  assert_header Content-Type "$HTML"
}
unescape() { sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#39;/'\''/g; s/&amp;/\&/g'; }
# attribute NAME ATTRIBUTE: of the element with this id or class, on the page that came last.
attribute() {
  { grep -E "(id|class)=\"$1\"" "$body_file" || true; } | sed -n "1s/.*[ <]$2=\"\([^\"]*\)\".*/\1/p" | unescape
}
look() { sed -n 's/^<html .*class="\([^"]*\)".*/\1/p' "$body_file"; }
# The stylesheet behind the page's own.
stylesheet() { sed -n 's/^<link rel="stylesheet" href="\([^"]*\)">$/\1/p' "$body_file" | tail -n 1 | unescape; }

it "wxLogin.js comes as a script, the page's stylesheet as a stylesheet"
sandbox /connect/zh_CN/htmledition/js/wxLogin.js
assert_status 200
assert_header Content-Type 'text/javascript; charset=utf-8'
assert_contains "the script" 'window.WxLogin = ' "$body"
show "$QUERY"
sandbox "$(sed -n 's/^<link rel="stylesheet" href="\([^"]*\)">$/\1/p' "$body_file" | head -n 1)"
assert_status 200
assert_header Content-Type 'text/css; charset=utf-8'

it "the page shows a QR code of its own each time, and asks for no icon"
show "$QUERY"
assert_contains "the page" '<link rel="icon" href="data:,">' "$body"
picture=$(attribute qrcode src)
[[ $picture =~ ^/connect/qrcode/[A-Za-z0-9]{16}$ ]] || fail "the QR code is $picture"
show "$QUERY"
[[ $(attribute qrcode src) != "$picture" ]] || fail "the same QR code twice: $picture"

# matrix: the modules that an SVG of the sandbox draws, as qrencode writes them: # and space.
matrix() {
  perl -0777 -ne '
    my ($size) = /viewBox="0 0 (\d+) \1"/ or die "no square picture\n";
    my @rows = (" " x $size) x $size;
    substr($rows[$2], $1, $3) = "#" x $3 while /M(\d+) (\d+)h(\d+)v1h-\3z/g;
    print map "$_\n", @rows' "$body_file"
}

it "the picture is the QR code of a page that tells a phone where to go on"
on_phone=/connect/confirm-on-phone/${picture##*/}
sandbox "$picture"
assert_status 200
assert_header Content-Type image/svg+xml
# Each module of -t ASCII is two characters wide.
assert_eq "QR code of $SANDBOX$on_phone" "$(qrencode -8 -l L -m 4 -t ASCII "$SANDBOX$on_phone" | sed 's/\(.\)./\1/g')" \
  "$(matrix)"
sandbox "$on_phone"
assert_status 200
assert_header Content-Type "$HTML"
assert_contains "the page" '请在显示二维码的页面上点选扫码的人' "$body"

it "only what a page can have made up is a QR code"
for path in qrcode qrcode/ qrcode/a/b qrcode/a%22b "qrcode/$(printf 'x%.0s' {1..65})" confirm-on-phone/ confirm-on-phone/%3Cb%3E; do
  sandbox "/connect/$path"
  assert_status 404
done

it "an expired QR code leads back to the page that it was on"
for query in "$QUERY" "$QUERY&style=white&stylelite=1&href=https%3A%2F%2Fa.example%2Fb.css%3Fc%26d"; do
  show "$query"
  expire=$(attribute expire href)
  before=$(look)
  assert_eq "the link to it" "expired?$query" "$expire"
  assert_eq "target of it" "" "$(attribute expire target)"
  sandbox "/connect/$expire"
  assert_status 200
  assert_contains "the page" '二维码已失效' "$body"
  assert_not_contains "the page" '/connect/confirm?' "$body"
  assert_eq "its look" "$before" "$(look)"
  assert_eq "the link back" "qrconnect?$query" "$(attribute refresh href)"
done
show "${QUERY/wx0123456789abcdef/wx0}" expired
assert_contains "the page for another app" 'AppID 参数错误' "$body"

it "who scans and who refuses is sent to redirect_uri by the frame itself, or by the top window"
for redirect in true:_self false:_top default:_top; do
  show "${QUERY/self_redirect=true/self_redirect=${redirect%:*}}"
  for id in zhangsan refuse snapshot; do
    assert_eq "target of $id for ${redirect%:*}" "${redirect#*:}" "$(attribute "$id" target)"
  done
done
assert_eq "people" 4 "$(grep -c 'class="person"' "$body_file")"
assert_eq "to refuse" "confirm?redirect_uri=$REDIRECT&state=0123" "$(attribute refuse href)"

it "style and stylelite are the page's look, and what they cannot be is the default"
for style in :black '&style=black:black' '&style=white:white' '&style=%22%3E:black' '&stylelite=1:black lite' \
  '&style=white&stylelite=1:white lite' '&stylelite=0:black'; do
  show "$QUERY${style%:*}"
  assert_eq "look of $style" "${style##*:}" "$(look)"
done

it "href is one more stylesheet: from the web or within a data URL; with stylelite there is none"
NO_STYLESHEET='data:text/css,'
href_is() { # HREF STYLESHEET [PARAMETER]: the first as it stands in a URL
  show "$QUERY&href=$1${3:-}"
  assert_eq "stylesheet for $1" "$2" "$(stylesheet)"
}
href_is '' "$NO_STYLESHEET"
href_is https://a.example/b.css https://a.example/b.css
href_is 'http%3A%2F%2Fa.example%2Fb.css%3Fc%26d' 'http://a.example/b.css?c&d'
href_is 'data:text/css;base64,cHt9' 'data:text/css;base64,cHt9'
href_is 'data:text/css,p%7B%7D' 'data:text/css,p{}'
href_is https://a.example/b.css "$NO_STYLESHEET" '&stylelite=1'
for href in javascript:alert%281%29 data:text/html,x data:text/cssx,p //a.example/b.css b.css ftp://a.example/b.css; do
  href_is "$href" "$NO_STYLESHEET"
done

it "nothing in the URL gets out of its place on the pages"
EVIL='%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%27%7B%7Bconfirm%7D%7D'
hostile="${QUERY/state=0123/state=$EVIL}&href=https://a.example/$EVIL&style=$EVIL&login_type=$EVIL&\"><script>"
for page in qrconnect expired; do
  show "$hostile" "$page"
  assert_not_contains "the page $page" '<script' "$body"
  assert_eq "stylesheet" "https://a.example/\"><script>alert(1)</script>'{{confirm}}" "$(stylesheet)"
done
assert_eq "the link back" "qrconnect?$hostile" "$(attribute refresh href)"
show "$hostile"
assert_eq "to refuse" "confirm?redirect_uri=$REDIRECT&state=$EVIL" "$(attribute refuse href)"

it "WeChat's own browser is led on in silence, or asked; what is not as WeChat wants it is an error page"
WEIXIN='Mozilla/5.0 (iPhone) MicroMessenger/8.0'
MP="appid=wx1123456789abcdef&redirect_uri=$REDIRECT&response_type=code"
weixin() { sandbox "/connect/oauth2/authorize?$1" -A "${2-$WEIXIN}" "${@:3}"; } # QUERY [USER-AGENT]
weixin "$MP&scope=snsapi_base&state=0123"
assert_status 302
[[ $(header Location) =~ ^http://localhost/api/user/login/wx/callback/\?code=[A-Za-z0-9]{32}\&state=0123$ ]] || fail "it leads to $(header Location)"
code=$(sed -n 's/.*code=\([^&]*\).*/\1/p' <<< "$(header Location)")
sandbox "/sns/oauth2/access_token?appid=wx1123456789abcdef&secret=10112233445566778899aabbccddeeff&code=$code&grant_type=authorization_code"
assert_json '[.scope, has("unionid")]' '["snsapi_base",false]'
sandbox "/sns/userinfo?access_token=$(jq -r .access_token "$body_file")&openid=$(jq -r .openid "$body_file")&lang=zh_CN"
assert_json .errcode 48001
for query in "$MP&scope=snsapi_userinfo&state=0123" "$MP&scope=snsapi_userinfo&state=0123&forcePopup=true"; do
  weixin "$query"
  assert_status 200
  assert_contains "the page" '网站申请获取你的昵称、头像' "$body"
  assert_eq "who refuses is sent to" "/connect/confirm?redirect_uri=$REDIRECT&state=0123&app=mp" "$(attribute refuse href)"
done
wrong=0
while read -r problem query; do
  weixin "$query"
  assert_status 200
  assert_contains "what is said of $query" "$problem" "$(sed -n 's/^  <p>\(.*\)<\/p>$/\1/p' "$body_file")"
  wrong=$((wrong + 1))
done <<END
链接参数顺序错误 redirect_uri=$REDIRECT&appid=wx1123456789abcdef&response_type=code&scope=snsapi_base&state=0123
链接参数顺序错误 $MP&state=0123&scope=snsapi_base
链接参数顺序错误 $MP&scope=snsapi_base
链接参数顺序错误 $MP&scope=snsapi_base&state=0123&more=1
10016 ${MP/wx1123/wx0123}&scope=snsapi_base&state=0123
10003 ${MP/http%3A/javascript%3A}&scope=snsapi_base&state=0123
response_type ${MP/=code/=token}&scope=snsapi_base&state=0123
10005 $MP&scope=snsapi_login&state=0123
state $MP&scope=snsapi_base&state=
state $MP&scope=snsapi_base&state=a-b
state $MP&scope=snsapi_base&state=$(printf '%0129d' 0)
END
assert_eq "what was tried" 11 "$wrong"
for agent in 'Mozilla/5.0 (X11; Linux x86_64)' "$WEIXIN wxwork/4.1"; do
  weixin "$MP&scope=snsapi_base&state=0123" "$agent"
  assert_contains "the page" 请在微信客户端打开链接 "$body"
done

it "whose mini-program gets a code is chosen on a page"
sandbox /sandbox/mini
assert_status 200
assert_eq "张三's code is at" '/sandbox/mini/code?&with=person%3Dzhangsan' "$(attribute zhangsan href)"
sandbox "$(attribute zhangsan href)"
sandbox "/sns/jscode2session?appid=wx2123456789abcdef&secret=20112233445566778899aabbccddeeff&js_code=$(
  jq -r .code "$body_file"
)&grant_type=authorization_code"
assert_json 'keys_unsorted' '["openid","session_key","unionid"]'
