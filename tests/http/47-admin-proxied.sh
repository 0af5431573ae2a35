#!/bin/bash
# Behind a proxy that compresses: it marks the version of a user as weak, or adds to it, and the user can be changed all
# the same. A version is a name, not bytes.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
log_in "$(code person=target)"
TARGET=$user

mkdir "$test_dir/proxy"
cat > "$test_dir/proxy.conf" <<CONF
$( ((EUID != 0)) || echo 'user root;')
worker_processes 1;
daemon off;
pid $test_dir/proxy/pid;
error_log $test_dir/proxy/error.log;
events { }
http {
    access_log off;
    client_body_temp_path $test_dir/proxy/body;
    proxy_temp_path $test_dir/proxy/proxy;
    fastcgi_temp_path $test_dir/proxy/fastcgi;
    uwsgi_temp_path $test_dir/proxy/uwsgi;
    scgi_temp_path $test_dir/proxy/scgi;
    gzip on;
    gzip_types application/json;
    gzip_min_length 1;
    gzip_proxied any;
    server {
        listen unix:$test_dir/proxy.sock;
        location / { proxy_pass http://unix:$STACK_DIR/http.sock; proxy_http_version 1.1; proxy_set_header Host localhost; }
    }
}
CONF
spawn proxy nginx -c "$test_dir/proxy.conf" -p "$test_dir/proxy/" -e "$test_dir/proxy/error.log"
proxied() { # METHOD PATH [CURL ARG…]
  run_curl --unix-socket "$test_dir/proxy.sock" --compressed -X "$1" -H "IDTOKEN: $ADMIN" "${@:3}" \
    "http://localhost/api/user/admin/$2"
}
eventually test -S "$test_dir/proxy.sock" || fail "no proxy: $(< "$test_dir/proxy/error.log")"

it "what comes through it is compressed, and its version weak"
proxied GET "users/$TARGET/"
assert_header Content-Encoding gzip
assert_contains "the version" 'W/"' "$(header ETag)"

it "with that version the user can be changed, once"
version=$(header ETag)
proxied PATCH "users/$TARGET/" -H "If-Match: $version" -d '{"nickname":"改过"}'
assert_status 200
assert_json .data.nickname 改过
proxied PATCH "users/$TARGET/" -H "If-Match: $version" -d '{"nickname":"又改"}'
assert_status 412
assert_eq nickname 改过 "$(mysql_q "SELECT nickname FROM user_user WHERE id = $TARGET")"

it "as Apache and others write it, too, and in a list"
for form in '"%s-gzip"' '"%s--gzip"' '"%s-br"' '"%s;gzip"' 'W/"%s"' '"x", "%s"' '%s'; do
  plain=$(version_of "$TARGET" | tr -d '"')
  # shellcheck disable=SC2059 # the form is the format
  patch "$TARGET" "{\"nickname\":\"$SRANDOM\"}" "$(printf "$form" "$plain")"
  assert_status 200
done

it "* is whatever version there is"
patch "$TARGET" '{"nickname":"egal"}' '*'
assert_status 200
proxied DELETE "users/$TARGET/" -H "If-Match: $(version_of "$TARGET" | sed 's/^/W\//')" \
  -d "{\"confirm\":\"$(mysql_q "SELECT username FROM user_user WHERE id = $TARGET")\"}"
assert_status 200
