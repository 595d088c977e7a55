# Shared by the scripts: progress, failures, Debian packages. Sourced, never run.
# shellcheck shell=bash
# shellcheck disable=SC2034  # Some variables are for the scripts that source this.

# say LINE…: words for people go to stderr, so that output stays usable in pipes.
say() { printf '%s\n' "$@" >&2; }

# fail WHAT REMEDY…: ends the script with one line of what failed, and lines of what to do.
fail() {
    printf '\nfailed: %s\n' "$1" >&2
    shift
    (($# == 0)) || printf '  %s\n' "$@" >&2
    exit 1
}

# step TEXT: opens the next of $steps numbered steps. The caller sets steps.
step_number=0
step() {
    step_number=$((step_number + 1))
    step_text="[$step_number/${steps:?}] $1"
    step_started=$SECONDS
    say "$step_text"
}
step_done() { say "$step_text: ${1:-done} ($((SECONDS - step_started)) s)"; }

# watched LOG COMMAND…: runs COMMAND with its output in LOG, and keeps the reader informed of time and last line:
# in place on a terminal, else every 20 s. Returns COMMAND's status.
watched() {
    local log=$1 pid status=0 since=$SECONDS
    shift
    "$@" >"$log" 2>&1 9>&- &
    pid=$!
    watched_pid=$pid
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1 || true
        if [[ -t 2 ]]; then
            printf '\r\033[K%s … %d s  %.60s' "$step_text" $((SECONDS - since)) "$(last_line "$log")" >&2
        elif (((SECONDS - since) % 20 == 19)); then
            say "$step_text … $((SECONDS - since)) s  $(last_line "$log")"
        fi
    done
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
    wait "$pid" || status=$?
    watched_pid=
    return "$status"
}
last_line() { tail -n 1 "$1" 2>/dev/null | tr -d '\r\033' || true; }

# as_root COMMAND…: runs COMMAND as root, by sudo when we are not.
as_root() {
    if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}
is_root_unasked() { ((EUID == 0)) || sudo -n true >/dev/null 2>&1; }
can_be_root() { is_root_unasked || { command -v sudo >/dev/null && [[ -t 0 ]]; }; }

# Programs of Debian's sbin folders are found whatever the caller's PATH.
PATH=$PATH:/usr/sbin:/sbin

installed() { [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# missing_packages NEED…: prints the Debian packages of what is not there. NEED is `command:package` or `package`.
missing_packages() {
    local need
    for need in "$@"; do
        if [[ $need == *:* ]]; then
            command -v "${need%%:*}" >/dev/null || echo "${need#*:}"
        else
            installed "$need" || echo "$need"
        fi
    done
}

# install_packages LOG PACKAGE…: installs them without starting any service: an outlet opens its own port only.
install_packages() {
    local log=$1
    shift
    (($#)) || return 0
    can_be_root || fail "these Debian packages are missing, and neither root nor sudo is at hand: $*" \
        "As root: apt-get install --no-install-recommends $*"
    ((EUID == 0)) || sudo -v || fail "sudo refused" "As root: apt-get install --no-install-recommends $*"
    forbid_service_starts
    watched "$log" apt_get_install "$@" || {
        allow_service_starts
        fail "installing $*" "The log is $log" "As root: apt-get update && apt-get install $*"
    }
    allow_service_starts
    # Debian enables what it installs; without this the next boot would open port 80.
    if [[ " $* " == *" nginx "* && -d /run/systemd/system ]]; then
        as_root systemctl disable --quiet nginx.service || true
    fi
}

apt_get_install() {
    local options=(--yes --no-install-recommends -o DPkg::Lock::Timeout=120)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" && return
    as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@"
}

# While packages are set up, policy-rc.d says no to every service; a policy of the machine's own stays as it is.
service_policy=/usr/sbin/policy-rc.d
service_policy_is_ours=
forbid_service_starts() {
    [[ ! -e $service_policy ]] || return 0
    service_policy_is_ours=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$service_policy" >/dev/null
    as_root chmod 755 "$service_policy"
}
allow_service_starts() {
    [[ -n $service_policy_is_ours ]] || return 0
    service_policy_is_ours=
    as_root rm -f "$service_policy"
}

# need_swift: Swift 6.3 or newer, or what to do.
need_swift() {
    command -v swift >/dev/null || fail "Swift is not installed, or not in PATH" \
        "GPU Outlet is built with Swift 6.3 or newer: https://www.swift.org/install/linux/"
    local version
    version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9.]+$' || true)
    [[ -n $version && $(printf '%s\n6.3\n' "$version" | sort -V | head -n 1) == 6.3 ]] ||
        fail "Swift 6.3 or newer is needed; this is ${version:-unknown}" "https://www.swift.org/install/linux/"
}

# What building and running needs of Debian. Each is `command:package`, or a package that has no command.
build_needs=(libfcgi-dev libsqlite3-dev libcurl4-openssl-dev)
site_needs=(python3-markdown python3-yaml)  # scripts/build-site
run_needs=(nginx:nginx ssh-keygen:openssh-client jq:jq curl:curl "${site_needs[@]}")

# need_pod_ssh_server FOLDER LOG: an SSH server for the pods: the machine's sshd or dropbear (used as a program; no
# service is needed), else dropbear installed, which has no service, else its packages unpacked in FOLDER.
need_pod_ssh_server() {
    local folder=$1 log=$2
    [[ ! -x /usr/sbin/sshd && ! -x /usr/sbin/dropbear && ! -x $folder/usr/sbin/dropbear ]] || return 0
    # Not worth a password, and not everybody has one that counts.
    if is_root_unasked; then
        install_packages "$log" dropbear-bin openssh-sftp-server
    else
        watched "$log" unpack_dropbear "$folder" || fail "no SSH server for the pods, and fetching one failed" \
            "The log is $log" "As root: apt-get install dropbear-bin openssh-sftp-server"
    fi
}

unpack_dropbear() {
    local folder=$1 work archive
    work=$(mktemp -d)
    local state=(-o "Dir::State=$work" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache"
        -o Dir::State::status=/var/lib/dpkg/status)
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$folder"
    (
        cd "$work" || exit
        apt-get -q "${state[@]}" update
        apt-get -q "${state[@]}" download dropbear-bin libtomcrypt1 libtommath1 openssh-sftp-server
    )
    for archive in "$work"/*.deb; do dpkg-deb --extract "$archive" "$folder"; done
    rm -rf "$work"
}
