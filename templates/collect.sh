#!/bin/sh
# Collects on a Mac what `kextpolicy diagnose --dir FOLDER` needs to tell why an extension is blocked.
#
#   sudo sh collect.sh [FOLDER]                 without sudo it collects less
#   sudo sh collect.sh --try-load KEXT [FOLDER] also tries to load a kernel extension, which starts the
#                                               30 minutes of the Allow button
#
# What it collects, each into a file of its own: the health of Microsoft Defender without the identifiers of the Mac
# and the organisation; loaded kernel extensions; system extensions; the state of the enrolment (the address of the
# MDM server is left out); consent, System Integrity Protection and startup security; the KextPolicy database; and of
# the installed profiles only names, identifiers and payload types, with the content of extension policies alone.
# Passwords, keys and certificates in other payloads never reach the disk. Only macOS's own tools are used.
set -u
umask 077
PATH=/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin
export PATH LC_ALL=C

kext=
if [ "${1:-}" = "--try-load" ]; then
    kext=${2:-/Library/Extensions/wdavkext.kext}
    [ $# -ge 2 ] && shift
    shift
fi
folder=${1:-kextpolicy-$(hostname -s 2>/dev/null || echo mac)}
mkdir -p "$folder" || exit 2

# Runs a command into a file; one that is missing leaves no file.
collect() {
    file=$folder/$1
    shift
    command -v "$1" >/dev/null 2>&1 || return 0
    "$@" >"$file" 2>&1 </dev/null
}

# Keeps of the profiles what is harmless. Apple's writer puts every tag on a line of its own.
reduce_profiles() {
    awk '
    function flush_item() {
        if (item_is_policy) printf "%s", content
        content = ""; item_is_policy = 0
    }
    function opens(line) { return line ~ /<(dict|array|data|string|key)>/ && line !~ /<\/(dict|array|data|string|key)>/ }
    /^<\?xml/ || /^<!DOCTYPE/ || /^<\/?plist/ { print; next }
    {
        line = $0; bare = line; gsub(/^[ \t]+|[ \t]+$/, "", bare)
        # The value of a key is being kept aside or dropped.
        if (skipping) {
            if (skipping == "hold") content = content line "\n"
            if (bare == close_tag) depth--
            else if (bare == open_tag) depth++
            else if (open_tag == "" && !opens(bare)) depth = 0
            else if (open_tag == "") { open_tag = bare; sub(/>.*/, ">", open_tag); close_tag = open_tag; sub(/</, "</", close_tag); depth = 1 }
            else if (open_tag == "<string>" || open_tag == "<data>") { if (index(bare, close_tag)) depth = 0 }
            if (depth <= 0) { skipping = ""; open_tag = "" }
            next
        }
        if (bare ~ /^<key>/) {
            key = bare; gsub(/<\/?key>/, "", key)
            if (level >= 3 && key == "PayloadContent") {
                skipping = "hold"; content = line "\n"; depth = 1; open_tag = ""; next
            }
            if (level >= 2 && key !~ /^(ProfileDisplayName|ProfileIdentifier|ProfileUUID|ProfileType|ProfileItems|PayloadType|PayloadIdentifier|PayloadUUID|PayloadDisplayName)$/) {
                skipping = "drop"; depth = 1; open_tag = ""; next
            }
        }
        if (key == "PayloadType" && bare ~ /<string>com\.apple\.(syspolicy\.kernel-extension-policy|system-extension-policy)<\/string>/) item_is_policy = 1
        if (bare == "</dict>") { if (level == 3) flush_item(); level-- }
        print line
        if (bare == "<dict>") level++
    }'
}

if command -v mdatp >/dev/null 2>&1; then
    mdatp health 2>&1 </dev/null | grep -v -E '^(org_id|machine_guid|edr_machine_id|edr_device_tags|edr_group_ids)' >"$folder/mdatp-health.txt"
    mdatp health --details system_extensions >"$folder/mdatp-system-extensions.txt" 2>&1 </dev/null
fi
collect kextstat.txt kextstat
collect systemextensionsctl.txt systemextensionsctl list
if command -v spctl >/dev/null 2>&1; then
    { spctl kext-consent status; spctl kext-consent list; } >"$folder/spctl.txt" 2>&1 </dev/null
fi
collect csrutil.txt csrutil status
collect bputil.txt bputil -d
profiles status -type enrollment 2>&1 </dev/null | grep -v '^MDM server' >"$folder/enrollment.txt"
profiles show -output stdout-xml 2>/dev/null </dev/null | reduce_profiles >"$folder/profiles.xml"
for part in KextPolicy KextPolicy-wal; do
    database=/var/db/SystemPolicyConfiguration/$part
    if [ -r "$database" ]; then cp "$database" "$folder/$part" 2>/dev/null; fi
done
if [ -n "$kext" ]; then
    kextutil "$kext" >"$folder/kextutil.txt" 2>&1 </dev/null
fi
echo "collected into $folder; next: kextpolicy diagnose --dir $folder"
