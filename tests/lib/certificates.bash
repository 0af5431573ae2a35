# shellcheck shell=bash disable=SC2154 # variables of setup.bash
# Authorities and certificates, in the present directory: NAME.key and NAME.pem. Sourced after setup.bash.
#
#   make_authority NAME
#   make_certificate NAME AUTHORITY HOST DATES    for HOST, as OpenSSL takes subjectAltName; DATES: from one to the other

KEY=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
make_authority() {
  openssl req -x509 "${KEY[@]}" -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2> openssl-said ||
    fail "openssl: $(< openssl-said)"
}
make_certificate() {
  printf '%s\n' '[ca]' default_ca=this '[this]' "database=$1.db" new_certs_dir=. default_md=sha256 policy=any \
    rand_serial=yes x509_extensions=host '[any]' commonName=supplied '[host]' "subjectAltName=$3" > "$1.cnf"
  : > "$1.db"
  { openssl req -new "${KEY[@]}" -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" &&
    openssl ca -batch -config "$1.cnf" -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" -notext \
      -startdate "${4% *}" -enddate "${4#* }"; } 2> openssl-said || fail "openssl: $(< openssl-said)"
}
