import Providers

extension Meter {
    /// Asks all providers side by side what they offer. One that fails keeps its last listings until they are too old.
    package func refreshCatalog() async {
        await withTaskGroup(of: Void.self) { group in
            for code in providers.keys { group.addTask { await self.refreshCatalog(of: code) } }
        }
    }

    /// Asks one provider. Who wishes for it while it is being asked waits for nothing: it is asked once more then,
    /// since its answer may be older than the wish.
    func refreshCatalog(of code: String) async {
        guard let provider = providers[code], beginsRefresh(of: code) else { return }
        repeat { await takeOffers(of: provider) } while isWishedAgain(code)
    }

    /// What providers say at once, for a meter that starts: a slow one is asked again by its own loop.
    func refreshCatalog(atMost time: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.refreshCatalog() }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
    }

    private func takeOffers(of provider: any Provider) async {
        do {
            try context.storeOffers(try await provider.offers(), provider: provider.code)
        } catch is CancellationError {
        } catch {
            logger.warning(
                "offers failed", metadata: ["provider": "\(provider.code)", "error": "\(error)"])
        }
    }

    private func beginsRefresh(of code: String) -> Bool {
        inRefresh.withLock { inRefresh in
            let isIdle = inRefresh[code] == nil
            inRefresh[code] = !isIdle
            return isIdle
        }
    }

    private func isWishedAgain(_ code: String) -> Bool {
        inRefresh.withLock { inRefresh in
            let isWished = inRefresh[code] == true
            inRefresh[code] = isWished ? false : nil
            return isWished
        }
    }
}
