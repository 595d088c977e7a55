/// Builds the root of a pod inside its new namespaces, then becomes the process that holds it: PID 1, which reaps orphans.
///
/// Runs as `sh pod-init.sh DIR USR NETWORK` with the pod's folder as working directory, and with paths relative to
/// it, since the folders above may be closed to the pod's uid. DIR is there to be found in the list of processes.
/// USR is `/usr`, or the folder of an unpacked SSH server to be laid over it, as seen from the mount point.
/// Nothing that a renter can write is on disk: every writable place is a tmpfs with a size.
/// The byte on descriptor 3 says that the root has been changed; a connection served before would land in the host's.
let podInitScript = #"""
    #!/bin/sh
    set -e
    USR=$2 NETWORK=$3
    mount -c -t tmpfs -o mode=755,size=64m tmpfs m
    cd -P m  # Else dash walks the absolute path.
    mkdir -p usr etc home/user proc dev/pts dev/shm tmp run/sshd var/log .old
    ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib
    [ ! -e /usr/lib64 ] || ln -s usr/lib64 lib64
    mount -c -t tmpfs -o mode=755,size=4m tmpfs etc
    cp -a ../etc/. etc/
    mount -c -t tmpfs -o mode=700,size=1g tmpfs home/user
    cp -a ../home/. home/user/
    if [ "$USR" = /usr ]; then mount -c --rbind /usr usr; OPTIONS=$(findmnt -n -o VFS-OPTIONS -T usr)
    else mount -c -t overlay -o "ro,lowerdir=$USR:/usr" overlay usr; fi

    pivot_root . .old
    cd /
    # A bind mount becomes read-only by a second step only, which may drop no flag of the original (nosuid, noatime).
    [ "$USR" != /usr ] || mount -o "remount,bind,$OPTIONS,ro" /usr
    for folder in /etc/alternatives /etc/ssl/certs; do
        [ ! -d "/.old$folder" ] || { mkdir -p "$folder"; mount --rbind "/.old$folder" "$folder"; }
    done
    mount -t tmpfs -o mode=1777,size=256m tmpfs /tmp
    mount -t proc proc /proc
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts /dev/pts
    ln -s pts/ptmx /dev/ptmx
    for device in null zero full random urandom tty; do
        : > "/dev/$device"; mount --bind "/.old/dev/$device" "/dev/$device"
    done
    chmod 1777 /dev/shm
    ln -s /proc/self/fd /dev/fd
    ln -s /proc/self/fd/0 /dev/stdin; ln -s /proc/self/fd/1 /dev/stdout; ln -s /proc/self/fd/2 /dev/stderr
    hostname pod
    # Brings `lo` up (SIOCSIFFLAGS) without iproute2, so that forwarded ports reach services in the pod.
    [ "$NETWORK" = host ] || perl -MSocket -e '
        socket S, AF_INET, SOCK_DGRAM, 0; my $up = pack "a16sx22", "lo", 1; ioctl S, 0x8914, $up or die $!'
    umount -l /.old
    rmdir /.old
    printf r >&3
    exec 3>&- </dev/null >/dev/null 2>&1
    # devpts wants uid 0, an unprivileged sshd must not be 0: hence a second user namespace.
    exec unshare --user --map-user=1000 --map-group=1000 setpriv --no-new-privs env -i PATH=/usr/bin:/bin \
        sh -c 'while :; do sleep 2147483647 & wait $!; done'
    """#
