# shellcheck shell=bash disable=SC2154 # variables of setup.bash
# Keys of two halves, made and looked at by openssl. Sourced after setup.bash. NAME is whatever the test calls a key.
#
#   make_key NAME ed25519|rsa     makes one, as docs/keys.md has it
#   private_key NAME   public_key NAME     print the path of that half's PEM file
#   kid NAME   jwk NAME           print its thumbprint (RFC 7638), and its public half as jwks.json has to show it
#   replace_all [NAME…]           endpoints take the settings as they are now, one after the other; all if none is named

private_key() { echo "$test_dir/$1.pem"; }
public_key() { echo "$test_dir/$1.pub.pem"; }
make_key() { # NAME ed25519|rsa
  local options=(-algorithm "$2")
  [[ $2 != rsa ]] || options+=(-pkeyopt rsa_keygen_bits:2048)
  openssl genpkey -quiet "${options[@]}" -out "$(private_key "$1")"
  openssl pkey -in "$(private_key "$1")" -pubout -out "$(public_key "$1")"
}
jwk_members() { # NAME: in the order of their names
  local der modulus
  der=$(openssl pkey -pubin -in "$(public_key "$1")" -outform DER | basenc --base16 -w 0)
  if ((${#der} < 200)); then
    printf '"crv":"Ed25519","kty":"OKP","x":"%s"' "$(basenc --base16 -d <<< "${der: -64}" | b64url)"
  else
    modulus=$(openssl rsa -pubin -in "$(public_key "$1")" -noout -modulus)
    printf '"e":"AQAB","kty":"RSA","n":"%s"' "$(basenc --base16 -d <<< "${modulus#*=}" | b64url)"
  fi
}
kid() { printf '{%s}' "$(jwk_members "$1")" | openssl dgst -sha256 -binary | b64url; }
jwk() { # NAME
  local alg=EdDSA
  [[ $(jwk_members "$1") == *OKP* ]] || alg=RS256
  printf '{%s,"kid":"%s","alg":"%s","use":"sig"}\n' "$(jwk_members "$1")" "$(kid "$1")" "$alg"
}
# shellcheck disable=SC2120 # some tests want all of them
replace_all() { # [NAME…]
  local name
  (($#)) || mapfile -t names < <(every_endpoint)
  (($# == 0)) || names=("$@")
  for name in "${names[@]}"; do endpoint_replace "$name" || fail "$name not replaced"; done
}
