#!/usr/bin/env bash
# Makes the test keys, certificates and signed files of this folder anew, with OpenSSL 3.
# Every key here is public and worth nothing. The passphrase, where there is one, is `test`.
set -eu
cd "$(dirname "$0")"
rm -f -- *.pem *.p12 *.cms
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/ca.cnf" <<'CNF'
[ca]
default_ca = here
[here]
database = WORK/index
serial = WORK/serial
new_certs_dir = WORK
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[self]
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
CNF
sed -i "s|WORK|$work|" "$work/ca.cnf"
: >"$work/index"
echo 1000 >"$work/serial"

# issue NAME EXTENSIONS SUBJECT ISSUER [END]: a certificate for NAME-key.pem, by ISSUER, or by itself for `-`.
issue() {
	openssl req -new -utf8 -config "$work/ca.cnf" -key "$1-key.pem" -subj "$3" -out "$work/$1.csr"
	local by=(-cert "$4.pem" -keyfile "$4-key.pem")
	[ "$4" != - ] || by=(-selfsign -keyfile "$1-key.pem")
	openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$2" -startdate 20200101000000Z \
		-enddate "${5:-21200101000000Z}" -preserveDN "${by[@]}" -in "$work/$1.csr" -out "$1.pem" 2>/dev/null
}
rsa() { openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$1-key.pem" 2>/dev/null; }
ec() { openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$1-key.pem"; }

ec root P-384 && issue root root "/CN=Test Root/O=Example" -
ec intermediate P-256 && issue intermediate intermediate "/CN=Test Intermediate/O=Example" root
cat intermediate.pem root.pem >chain.pem
ec other-root P-256 && issue other-root root "/CN=Other Test Root/O=Example" -
for bits in 2048 3072 4096; do
	rsa rsa$bits $bits && issue rsa$bits leaf "/CN=Test Signer RSA $bits/O=Example" intermediate
done
for curve in 256 384 521; do
	ec p$curve P-$curve && issue p$curve leaf "/CN=Test Signer P-$curve/O=Example" intermediate
done
rsa expired 2048 && issue expired leaf "/CN=Expired Test Signer/O=Example" intermediate 20210101000000Z
rsa self 2048 && issue self self "/CN=Self-signed Test Signer" -

rsa hostile 2048 && issue hostile self "/CN="$'Evil \e[2J\u202etest' -

# The forms in which a key comes.
openssl pkcs8 -topk8 -in rsa2048-key.pem -passout pass:test -out rsa2048-key-encrypted.pem
openssl pkcs8 -topk8 -in p256-key.pem -v2 des3 -v2prf hmacWithSHA1 -passout pass:test -out p256-key-encrypted-3des.pem
openssl pkcs8 -topk8 -in p256-key.pem -scrypt -scrypt_N 1024 -passout pass:test -out p256-key-encrypted-scrypt.pem
openssl rsa -in rsa2048-key.pem -traditional -out rsa2048-key-pkcs1.pem 2>/dev/null
openssl rsa -in rsa2048-key.pem -traditional -aes128 -passout pass:test -out rsa2048-key-proc-type.pem 2>/dev/null
openssl ec -in p256-key.pem -out p256-key-sec1.pem 2>/dev/null
openssl ecparam -name prime256v1 -out "$work/parameters.pem"
cat "$work/parameters.pem" p256-key-sec1.pem >p256-key-sec1-parameters.pem
openssl ec -in p384-key.pem -no_public -out p384-key-sec1-private-only.pem 2>/dev/null
export_p12() { openssl pkcs12 -export -inkey "$1-key.pem" -in "$1.pem" -certfile chain.pem "${@:3}" -out "$2.p12"; }
for key in rsa2048 p256 p384; do export_p12 $key $key -name "Test $key" -passout pass:test; done
export_p12 rsa2048 rsa2048-legacy -legacy -name "Test legacy" -passout pass:test
export_p12 rsa2048 rsa2048-no-password -passout pass:
export_p12 p256 p256-no-mac -nomac -passout pass:test
export_p12 p256 p256-plain -nomac -keypbe NONE -certpbe NONE -passout pass:
export_p12 rsa2048 rsa2048-sha512 -macalg sha512 -passout pass:test
export_p12 rsa2048 rsa2048-3des -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -passout pass:test
export_p12 rsa2048 rsa2048-rc2-128 -legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-2DES -macalg sha1 -passout pass:test
export_p12 rsa2048 rsa2048-unicode -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -passout $'pass:t\u00e9st \U0001f511'

# Two identities under one name, as a renewed certificate makes them. OpenSSL writes one per store, so the second safe
# of each is moved into one store without a MAC.
openssl pkcs12 -export -nomac -name same -inkey rsa2048-key.pem -in rsa2048.pem -passout pass:test -out "$work/one.p12"
openssl pkcs12 -export -nomac -name same -inkey p256-key.pem -in p256.pem -passout pass:test -out "$work/two.p12"
python3 - "$work/one.p12" "$work/two.p12" <<'PY'
import sys
def head(b, at):
    n = b[at + 1]
    if n < 0x80: return at + 2, n
    k = n & 0x7F
    return at + 2 + k, int.from_bytes(b[at + 2:at + 2 + k], "big")
def wrap(tag, b):
    n = len(b)
    size = bytes([n]) if n < 0x80 else bytes([0x82]) + n.to_bytes(2, "big")
    return bytes([tag]) + size + b
def safes(name):
    b = open(name, "rb").read()
    at, _ = head(b, 0)
    at += 3
    at, _ = head(b, at)
    at += 2 + b[at + 1]
    at, _ = head(b, at)
    at, _ = head(b, at)
    at, n = head(b, at)
    return b[at:at + n]
inner = wrap(0x30, safes(sys.argv[1]) + safes(sys.argv[2]))
data = bytes.fromhex("06092a864886f70d010701")
open("two-of-a-name.p12", "wb").write(wrap(0x30, b"\2\1\3" + wrap(0x30, data + wrap(0xA0, wrap(4, inner)))))
PY

# Signed files as others write them.
sign() { openssl cms -sign -binary -nodetach -md "${md:-sha256}" -in profile.mobileconfig -signer "$1.pem" -inkey "$1-key.pem" -outform DER "${@:3}" -out "$2.cms"; }
sign rsa2048 rsa2048-der
sign rsa2048 rsa2048-chain -certfile chain.pem
sign p256 p256-ber -certfile chain.pem -stream -indef
sign p384 p384-der -certfile chain.pem
sign p521 p521-der
sign rsa2048 rsa2048-noattr -noattr
sign p256 p256-keyid -keyid
sign rsa2048 rsa2048-pss -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest
md=sha1 sign rsa2048 rsa2048-sha1
sign expired expired
sign self self
sign hostile hostile
sign rsa2048 rsa2048-nocerts -nocerts
openssl cms -sign -binary -md sha256 -in profile.mobileconfig -signer p256.pem -inkey p256-key.pem -outform DER -out detached.cms
openssl cms -sign -binary -nodetach -md sha256 -in profile.mobileconfig -signer p256.pem -inkey p256-key.pem -outform PEM -out armoured.cms
openssl cms -sign -binary -nodetach -md sha256 -in profile.mobileconfig -outform DER -out two-signers.cms \
	-signer rsa2048.pem -inkey rsa2048-key.pem -signer p384.pem -inkey p384-key.pem
openssl cms -encrypt -binary -in profile.mobileconfig -outform DER -out encrypted.cms rsa2048.pem

# Content cut into octet strings of 100 bytes, inside lengths left open, with NUL bytes behind: as Jamf Pro writes it.
python3 - <<'PY'
import subprocess
def head(b, at):
    n = b[at + 1]
    if n < 0x80: return at + 2, n
    k = n & 0x7F
    return at + 2 + k, int.from_bytes(b[at + 2:at + 2 + k], "big")
b = open("rsa2048-chain.cms", "rb").read()
at, _ = head(b, 0)
oid_end = at + 2 + b[at + 1]
explicit, _ = head(b, oid_end)
body, size = head(b, explicit)
parts, at = [], body
while at < body + size:
    start, n = head(b, at)
    parts.append(b[at:start + n]); at = start + n
content = open("profile.mobileconfig", "rb").read()
pieces = b"".join(bytes([4, len(c)]) + c for c in (content[i:i + 100] for i in range(0, len(content), 100)))
data = bytes.fromhex("06092a864886f70d010701")
parts[2] = b"\x30\x80" + data + b"\xa0\x80\x24\x80" + pieces + b"\0\0" * 3
out = b"\x30\x80" + b[head(b, 0)[0]:oid_end] + b"\xa0\x80\x30\x80" + b"".join(parts) + b"\0\0" * 3
open("rsa2048-split.cms", "wb").write(out + b"\0" * 16)
PY
# What version control and editors make of a signed file.
sed 's/\r$//;' rsa2048-der.cms | tr '\r' '\n' >line-ends-lf.cms
sed 's/$/\r/' rsa2048-der.cms >line-ends-crlf.cms
iconv -f latin1 -t utf8 rsa2048-der.cms >recoded.cms
