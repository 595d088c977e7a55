// The keeper of one local pod: builds its namespaces, owns its port, and starts an SSH server inside for each
// connection. It outlives the meter that started it, so that pods and logins survive a restart, and it ends with
// the pod. One thread, no Foundation: there is one keeper for each pod, idle nearly always.
//
// outlet-pod DIR own|host ADDRESS FIRST-PORT LAST-PORT openssh|dropbear USR UID
// Descriptor 1 is the pod's log, open for reading and appending.
import CSupport
import Glibc

guard let plan = Plan(CommandLine.arguments) else {
    say("usage: outlet-pod DIR own|host ADDRESS FIRST-PORT LAST-PORT openssh|dropbear USR UID")
    exit(64)
}
// As root: before the folders above become closed to the pod's uid.
guard chdir(plan.directory) == 0 else { fail("chdir \(plan.directory)") }
let outOfMemory = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
_ = write(outOfMemory, "500", 3)  // When memory runs out, pods go before the outlet does.
close(outOfMemory)
nice(5)
let refused = outlet_become(plan.uid)
guard refused == 0 else { fail("become uid \(plan.uid)", code: refused) }

let log = Log()
replace("pod-init.sh", with: podInitScript)
let listener = Listener(plan)
let pod = Namespaces(plan, log: STDERR_FILENO)
record(pod, port: listener.port, uid: plan.uid)
listener.listen()
Keeper(plan: plan, pod: pod, listener: listener, log: log).run()
