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
