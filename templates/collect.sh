#!/bin/sh
# Collects on a Mac what `kextpolicy diagnose --dir FOLDER` needs to tell why an extension is blocked.
#
#   sudo sh collect.sh [FOLDER]                   without sudo it collects less
#   sudo sh collect.sh --try-load [KEXT] [FOLDER] also tries to load a kernel extension (default: that of Microsoft
#                                                 Defender), which starts the 30 minutes of the Allow button
#   sudo sh collect.sh --about BUNDLE_ID [FOLDER] the log of this extension (default: those of Microsoft Defender)
#
# FOLDER must not exist yet; the default is kextpolicy-NAME with the name of this Mac. What is collected, each into a
# file of its own: which macOS and which processor; of `mdatp health` and its details the lines about protection, licence
# and conflicts; loaded kernel extensions; system extensions; the state of the enrolment; consent, System Integrity
# Protection and startup security; the KextPolicy database (it names the kernel extensions this Mac has seen, and where
# they lie); what sysextd, syspolicyd and kernelmanagerd logged about the extension in the last hour; and of the installed
# profiles their names, their payload types and what extension policies say.
#
# Not collected: the contents of any other payload, so no passwords, keys or certificates; which user a profile is for; the
# address of the MDM server; the identifiers of the Mac and of the organisation. What is not known to be harmless is left
# out before anything is written. Only macOS's own tools are used, and `mdatp` where it is installed; each gets 30 seconds.
set -u
umask 077
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL

usage() {
    echo "usage: sudo sh collect.sh [--try-load [KEXT]] [--about BUNDLE_ID] [FOLDER]" >&2
    exit 2
}

kext=
if [ "${1:-}" = "--try-load" ]; then
    shift
    kext=/Library/Extensions/wdavkext.kext
    case ${1:-} in *.kext | *.kext/)
        kext=$1
        shift
        ;;
    esac
fi
about=
if [ "${1:-}" = "--about" ]; then
    about=${2:-}
    [ -n "$about" ] || usage
    shift 2
fi
case ${1:-} in -*) usage ;; esac
[ $# -le 1 ] || usage
folder=${1:-kextpolicy-$(hostname -s 2>/dev/null || echo mac)}
if [ -e "$folder" ]; then
    echo "$folder: name a folder that does not exist yet" >&2
    exit 2
fi
if ! mkdir "$folder"; then
    echo "$folder cannot be made: name a folder below one that you may write to" >&2
    exit 2
fi

patience=${PATIENCE:-30}

# Runs a command, and ends it when it takes too long.
limited() {
    "$@" </dev/null &
    own=$!
    (
        waited=0
        while [ "$waited" -lt "$patience" ] && kill -0 "$own" 2>/dev/null; do
            sleep 1
            waited=$((waited + 1))
        done
        kill "$own"
    ) >/dev/null 2>&1 &
    wait "$own" 2>/dev/null
}

# Runs a command into a file.
collect() {
    file=$folder/$1
    shift
    if command -v "$1" >/dev/null 2>&1; then limited "$@" >"$file" 2>&1; fi
}

# Keeps of `mdatp health` the settings that are known to be harmless, and of other lines two known errors. Of the
# organisation it keeps only whether there is one.
reduce_health() {
    awk '
    /^ATTENTION: No license found/ { print "ATTENTION: No license found."; next }
    /[Cc]ould not connect to the daemon/ { print "Could not connect to the daemon"; next }
    !index($0, ":") { next }
    { key = $0; sub(/:.*/, "", key); gsub(/[ \t]/, "", key); value = $0; sub(/^[^:]*:[ \t]*/, "", value); sub(/[ \t\r]+$/, "", value) }
    key == "org_id" { print (value == "unavailable" ? "org_id : unavailable" : "org_id : \"...\""); next }
    # Of a value only what such a setting can be.
    key ~ /^(healthy|licensed|real_time_protection_(enabled|available)|full_disk_access_enabled|(endpoint_security|network)_extension_(ready|installed|enabled)|passive_mode_enabled)$/ { known = "true|false|unavailable" }
    key ~ /^(real_time_protection|network_events)_subsystem$/ { known = "endpoint_security_extension|kernel_extension|network_filter_extension|unavailable" }
    key == "tamper_protection" { known = "block|audit|disabled" }
    key == "enforcement_level" { known = "real_time|on_demand|passive" }
    key ~ /^(app|engine)_version$/ { known = "[0-9.]+" }
    key == "health_issues" { known = "[[][a-z\", -]*]" }
    key == "conflicting_applications" { known = "[[][A-Za-z0-9._\", -]*]|unavailable" }
    known != "" { print (value ~ ("^\"?(" known ")\"?[ \t]*([[]managed])?$") ? $0 : key " : ..."); known = "" }'
}

# Keeps of the installed profiles what is known to be harmless, and writes it again. It goes from tag to tag, so the line
# breaks of the list do not matter; with anything it does not expect it writes nothing at all.
reduce_profiles() {
    awk '
    # Whether the value of a key is kept, by the depth of its dictionary.
    function wanted(name) {
        if (!keep[depth]) return 0
        if (kind[depth] == "array") return 1
        if (depth == 1 || depth > 6) return 1
        if (depth == 3) return name ~ /^(ProfileDisplayName|ProfileIdentifier|ProfileItems)$/
        if (depth == 5) return name ~ /^(PayloadType|PayloadContent)$/
        if (depth == 6) return name ~ /^(AllowUserOverrides|AllowNonAdminUserApprovals|AllowedTeamIdentifiers|AllowedKernelExtensions|AllowedSystemExtensions|AllowedSystemExtensionTypes|RemovableSystemExtensions|NonRemovableSystemExtensions|NonRemovableFromUISystemExtensions)$/
        return 0
    }
    # Writes a value, after its key in a dictionary. The content of a payload waits until the type of the payload is known.
    function write(value) {
        if (kind[depth] == "dict") value = "<key>" (depth > 6 ? plain(key[depth]) : key[depth]) "</key>\n" value
        emit(value)
    }
    # Of what an extension policy says only what can be at this place: yes or no, a Team ID, a type, a bundle ID.
    function plain(text) {
        if (text == "") return text
        if (depth == 6) return text ~ /^(true|false|yes|no|YES|NO|0|1)$/ ? text : "..."
        if (depth == 7) return (key[6] == "AllowedTeamIdentifiers") == (kind[7] == "array") && length(text) >= 8 && length(text) <= 12 && text ~ /^[A-Z0-9]+$/ ? text : "..."
        if (depth != 8 || kind[8] != "array") return "..."
        if (key[6] == "AllowedSystemExtensionTypes") return text ~ /^(Driver|Network|EndpointSecurity)Extension$/ ? text : "..."
        return text ~ /^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)+$/ ? text : "..."
    }
    function emit(text) {
        if (depth > 5 || depth == 5 && key[5] == "PayloadContent") content = content text "\n"
        else result = result text "\n"
    }
    BEGIN { RS = "<" }
    NR == 1 {
        if ($0 ~ /^There are no configuration profiles installed in the system domain/) none = 1
        next
    }
    {
        end = index($0, ">")
        if (!end) { bad = 1; exit }
        tag = substr($0, 1, end - 1)
        text = substr($0, end + 1)
        sub(/[ \t\r\n]+$/, "", tag)
        if (tag ~ /^\?xml/ || tag ~ /^!DOCTYPE/) next
        if (tag ~ /^plist/) { plist = 1; next }
        if (tag == "/plist") next
        if (tag == "key") { key[depth] = text; next }
        if (tag == "dict" || tag == "array") {
            if (depth == 1 && key[1] != "_computerlevel") { users++; key[1] = "user-" users }
            expected = (depth == 1 || depth == 3) ? "array" : (depth < 6) ? "dict" : tag
            open = depth == 0 ? tag == "dict" : wanted(key[depth]) && tag == expected
            if (open && depth == 0) result = "<dict>\n"
            else if (open) write("<" tag ">")
            depth++
            keep[depth] = open; kind[depth] = tag; key[depth] = ""
            next
        }
        if (tag == "/dict" || tag == "/array") {
            if (depth < 1 || "/" kind[depth] != tag) { bad = 1; exit }
            if (depth == 5) { key[5] = ""; if (policy) result = result content; content = ""; policy = 0 }
            if (keep[depth]) emit("<" tag ">")
            depth--
            next
        }
        if (tag ~ /^\/(key|string|integer|real|date|data)$/) next
        if (tag ~ /^(integer|real|date|data)$/) next
        if (tag ~ /^(dict|array|string|integer|real|date|data) ?\/$/) next
        if (tag == "string" || tag == "true/" || tag == "false/") {
            if (depth < 3 || !wanted(key[depth])) next
            if (depth == 5 && key[5] == "PayloadContent") next
            if (depth == 5 && text ~ /^com\.apple\.(syspolicy\.kernel-extension-policy|system-extension-policy)$/) policy = 1
            write(tag == "string" ? "<string>" (depth > 5 ? plain(text) : text) "</string>" : "<" tag ">")
            next
        }
        bad = 1
        exit
    }
    END {
        if (none) print "There are no configuration profiles installed in the system domain"
        else if (plist && !bad && depth == 0) {
            print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">"
            printf "%s", result
            print "</plist>"
        }
    }'
}

mdatp=$(command -v mdatp || echo /usr/local/bin/mdatp)
if [ -x "$mdatp" ]; then
    limited "$mdatp" health 2>&1 | reduce_health >"$folder/mdatp-health.txt"
    limited "$mdatp" health --details system_extensions 2>&1 | reduce_health >"$folder/mdatp-system-extensions.txt"
fi
{ limited sw_vers; uname -m; } 2>/dev/null |
    grep -E '^(ProductName|ProductVersion|BuildVersion):|^(arm64|x86_64)$' >"$folder/mac.txt"
collect kextstat.txt kextstat
collect systemextensionsctl.txt systemextensionsctl list
if command -v spctl >/dev/null 2>&1; then
    { limited spctl kext-consent status; limited spctl kext-consent list; } >"$folder/spctl.txt" 2>&1
fi
collect csrutil.txt csrutil status
if command -v bputil >/dev/null 2>&1; then
    limited bputil -d 2>&1 |
        grep -E '^(Security Mode|3rd Party Kexts Status|User-allowed MDM Control|DEP-allowed MDM Control|SIP Status):' >"$folder/bputil.txt"
fi
if command -v profiles >/dev/null 2>&1; then
    limited profiles status -type enrollment 2>&1 |
        grep -E '^(Enrolled via DEP|MDM enrollment): *(Yes|No)( \(User Approved\))?$|^(There is no|An) enrollment profile (is currently )?installed on this system' >"$folder/enrollment.txt"
    limited profiles show -output stdout-xml 2>/dev/null | reduce_profiles >"$folder/profiles.xml"
fi
for part in KextPolicy KextPolicy-wal; do
    database=/var/db/SystemPolicyConfiguration/$part
    if [ -r "$database" ]; then cp "$database" "$folder/$part" 2>/dev/null; fi
done
if [ -n "$kext" ]; then
    collect kextutil.txt kextutil "$kext"
    # `status` is read-only in zsh. A load that succeeds prints nothing.
    ended=$?
    if [ -e "$folder/kextutil.txt" ]; then echo "exit status: $ended" >>"$folder/kextutil.txt"; fi
fi
if command -v log >/dev/null 2>&1; then
    limited log show --last 1h --style compact --predicate 'process == "sysextd" OR process == "syspolicyd" OR process == "kernelmanagerd"' 2>/dev/null |
        grep -E "${about:-com\.microsoft\.wdav|wdavkext}" | tail -n 200 >"$folder/log.txt"
fi
for file in "$folder"/*; do
    if [ ! -s "$file" ]; then rm -f "$file"; fi
done
# With sudo the files belong to root: give them to the person who called.
if [ -n "${SUDO_UID:-}" ]; then chown -R "$SUDO_UID:${SUDO_GID:-}" "$folder"; fi
if [ "$(id -u)" != 0 ]; then echo "run with sudo it collects more: profiles, startup security, the KextPolicy database"; fi
echo "collected into $folder; next: kextpolicy diagnose --dir $folder"
