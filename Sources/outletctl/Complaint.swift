import Domain
import Foundation
import Operations
import Storage

/// Why a command could not do its work and what to do about it, for the person at the terminal.
struct Complaint: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

/// Writes to standard error, the name of the program first.
func complain(_ text: String) {
    FileHandle.standardError.write(Data("outletctl: \(text)\n".utf8))
}

/// What an error means here, or nil when it is the argument parser's to tell.
func explanation(of error: any Error) -> String? {
    switch error {
    case let complaint as Complaint: complaint.text
    case let refusal as UserRefusal: refusal.message
    case let refusal as SSHKeyRefusal: refusal.message
    case let refusal as AdjustmentRefusal: refusal.message
    case let refusal as StopRefusal: refusal.message
    case let refusal as MigrationRefusal: refusal.description
    case let refusal as MailTrialRefusal: refusal.message
    case let full as DiskFull: "\(full); nothing was changed, make room and try again"
    case let refusal as AdoptionRefusal: refusal.message
    case let refusal as AllowanceRefusal: refusal.message
    case let refusal as RestoreRefusal: refusal.description
    case let damage as SnapshotDamage: damage.description
    case let fault as ReplayFault: "the backup does not fit together: \(fault.description)"
    case let fault as FileFault: fault.description
    case let fault as EnvironmentError: fault.description
    case let fault as LockFault: "\(fault); is the data directory yours? Try as its owner or as root"
    default: nil
    }
}

/// What the system says underneath an error of a file, without Foundation's sentences round it.
func reason(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
    return String(cString: strerror(Int32(underlying.code)))
}
