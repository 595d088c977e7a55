import Domain
import Storage

extension Context {
    /// Housekeeping: removes sign-ins, links, codes, invitations, letters, kept answers and request counts whose time
    /// is over.
    package func forgetExpired() throws {
        try database.write { transaction in
            let now = try now(in: transaction)
            try transaction.forgetExpiredSignIns(at: now)
            try transaction.forgetSignInCodes(expiredAt: now)
            try transaction.forgetInvitations(expiredAt: now)
            try forgetOldMail(at: now, in: transaction)
            try forgetOldAnswers(at: now, in: transaction)
        }
        try forgetOldCounts()
        try forgetOAuthStates()
    }
}
