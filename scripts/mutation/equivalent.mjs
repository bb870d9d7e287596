/**
 * Mutants that change nothing that can be observed. `was` is the whole text that is replaced. "The same" is the reason of
 * the entry above. A column is a typed array, and NONE is -1: there is no row NONE, so that reading it gives undefined and
 * writing it has no effect.
 */
export const EQUIVALENT = [
  {
    // The list stands in for a match; only its elements from 1 on, the groups, are read.
    file: 'src/cli/onpath.ts',
    was: '[]',
    becomes: ['["Stryker was here"]'],
  },
  {
    // The same.
    file: 'src/cli/files/shared-temporary.ts',
    was: '[]',
    becomes: ['["Stryker was here"]'],
  },
  {
    // Row NONE of a column is written without effect.
    file: 'src/attack/wiretap/session-registry.ts',
    was: 'begun === NONE',
    becomes: ['false'],
  },
  {
    // The kind of mark NONE is undefined, which is no kind.
    file: 'src/security/ssh.ts',
    was: 'mark !== NONE',
    becomes: ['true'],
  },
  {
    // Where the peers have no cipher in common, sshLoginRounds has failed already.
    file: 'src/security/ssh-parameters.ts',
    was: 'cipher !== null',
    becomes: ['true'],
  },
  {
    // Work that costs nothing and need not wait is done at once by Processors.run as well, which then goes on sealing.
    file: 'src/security/tls.ts',
    was: '!this.isFree(row, costNs)',
    becomes: ['true'],
  },
  {
    // The same; no CPU profile has records that cost nothing and readers that take time to wake up.
    file: 'src/security/tls-reader.ts',
    was: 'this.end.isFree(row, costNs)',
    becomes: ['false'],
  },
  {
    // Row NONE of a column is undefined, and no comparison with undefined is true.
    file: 'src/attack/wiretap/seen-ranges.ts',
    was: 'range !== NONE',
    becomes: ['true'],
  },
  {
    // The same; a content without views has none to forget.
    file: 'src/attack/wiretap/seen-ranges.ts',
    was: 'first !== NONE',
    becomes: ['true'],
  },
  {
    // The same.
    file: 'src/attack/wiretap/seen-ranges.ts',
    was: 'mark !== NONE',
    becomes: ['true'],
  },
  {
    // A path has the same legs in every step that concerns it.
    file: 'src/attack/agents/interception-agent.ts',
    was: 'each.step === step',
    becomes: ['true'],
  },
  {
    // If they are equal, both results are the same tick.
    file: 'src/network/network.ts',
    was: 'busyUntil > now',
    becomes: ['busyUntil >= now'],
  },
  {
    // A packet apart from the line has an event of its own, at the same place in the order of events.
    file: 'src/network/packets-in-flight.ts',
    was: 'tick === lastTick && words[packet + SERIAL] >>> 0 > words[last + SERIAL] >>> 0',
    becomes: ['false'],
  },
  {
    // If they are equal, both results are the same tick.
    file: 'src/network/processor.ts',
    was: 'notBeforeTick > now',
    becomes: ['notBeforeTick >= now'],
  },
  {
    // Where no work is under way, every core is idle.
    file: 'src/network/processor.ts',
    was: 'hosts.jobCount[machine] === 0',
    becomes: ['false'],
  },
  {
    // A host that no rule can block accepts everything, whether or not its connections are tracked.
    file: 'src/network/packet-filter.ts',
    was: "otherwise !== 'allow' || blocking.some(({ to }) => to === null || to[host] === 1)",
    becomes: ['true'],
  },
  {
    // The same.
    file: 'src/network/packet-filter.ts',
    was: "otherwise !== 'allow'",
    becomes: ['true'],
  },
  {
    // The same.
    file: 'src/network/packet-filter.ts',
    was: 'to === null || to[host] === 1',
    becomes: ['true'],
  },
  {
    // A host uses the cores of its range only; one more behind them is never used.
    file: 'src/network/processor.ts',
    was: 'i < cores',
    becomes: ['i <= cores'],
  },
  {
    // A server knows no version before it has answered the client's hello, so that this is no flight of 1.3.
    file: 'src/security/tls-handshake.ts',
    was: 'kind === SERVER_FLIGHT',
    becomes: ['true'],
  },
  {
    // Row NONE of a column is written without effect.
    file: 'src/network/account.ts',
    was: 'account === NONE',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/network/account.ts',
    was: 'account !== NONE',
    becomes: ['true'],
  },
  {
    // The same.
    file: 'src/network/activity.ts',
    was: 'row !== NONE',
    becomes: ['true'],
  },
  {
    // If they are equal, the value that is set is there already.
    file: 'src/network/activity.ts',
    was: 'heldBackUntilTick > this.heldBackUntilTick[row]',
    becomes: ['heldBackUntilTick >= this.heldBackUntilTick[row]'],
  },
  {
    // If they are equal, the value that is set is there already.
    file: 'src/network/activity.ts',
    was: 'cpuUntilTick > this.cpuUntilTick[row]',
    becomes: ['cpuUntilTick >= this.cpuUntilTick[row]'],
  },
  {
    // If they are equal, the value that is set is there already.
    file: 'src/network/activity.ts',
    was: 'queueingUntilTick > this.queueingUntilTick[row]',
    becomes: ['queueingUntilTick >= this.queueingUntilTick[row]'],
  },
  {
    // If they are equal, the value that is set is there already.
    file: 'src/network/activity.ts',
    was: 'serializationUntilTick > this.serializationUntilTick[row]',
    becomes: ['serializationUntilTick >= this.serializationUntilTick[row]'],
  },
  {
    // A stretch of 0 ns adds 0 to each part.
    file: 'src/network/activity.ts',
    was: 'this.settledTick[row] === now',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/network/activity.ts',
    was: 'end <= tick',
    becomes: ['end < tick'],
  },
  {
    // If they are equal, both results are the same tick.
    file: 'src/network/activity.ts',
    was: 'until < now',
    becomes: ['until <= now'],
  },
  {
    // The attacker's part is the first, number 0.
    file: 'src/network/activity.ts',
    was: 'base + ATTACKER',
    becomes: ['base - ATTACKER'],
  },
  {
    // Work that is ready when the core becomes free starts then in both cases.
    file: 'src/network/cores.ts',
    was: 'freeTick[core] <= readyTick',
    becomes: ['freeTick[core] < readyTick'],
  },
  {
    // Where there are no ports, the claimer has none either.
    file: 'src/network/neighbours.ts',
    was: 'ports === undefined',
    becomes: ['false'],
  },
  {
    // A claim by the owner leads to the owner, as it would without a claim.
    file: 'src/network/neighbours.ts',
    was: 'by === owner',
    becomes: ['false'],
  },
  {
    // Without claims, the search finds none.
    file: 'src/network/neighbours.ts',
    was: 'claims.count === 0',
    becomes: ['false'],
  },
  {
    // The object identifiers of both purposes have the same length.
    file: 'src/security/certificate.ts',
    was: "usage === 'server'",
    becomes: ['true', 'false', "usage !== 'server'"],
  },
  {
    // Where a host intercepts nothing, the search finds nothing.
    file: 'src/network/interception.ts',
    was: 'this.hasAny[host] === 0',
    becomes: ['false'],
  },
  {
    // What has no jitter says nothing about reordering, and draws nothing by its key.
    file: 'src/network/link-direction.ts',
    was: "jitter.kind !== 'none'",
    becomes: ['true'],
  },
  {
    // Following 0 bytes of a content reads nothing.
    file: 'src/attack/wiretap/wiretap.ts',
    was: 'lengthBytes === 0',
    becomes: ['false'],
  },
  {
    // More words than the attackers need are allocated, and never written.
    file: 'src/attack/wiretap/session-registry.ts',
    was: 'attackers / WORD_BITS',
    becomes: ['attackers * WORD_BITS'],
  },
  {
    // Work that is not done at once costs a nanosecond or more, or starts later.
    file: 'src/network/processor.ts',
    was: 'now + 1',
    becomes: ['now - 1'],
  },
  {
    // A route that stays at one host is followed until the limit of hops, and then gives NONE as well.
    file: 'src/network/translation.ts',
    was: 'next === at',
    becomes: ['false'],
  },
  {
    // Only handshakes are attributed by the legs of their packet, and no body has any.
    file: 'src/attack/wiretap/wiretap.ts',
    was: '[]',
    becomes: ['["Stryker was here"]'],
  },
  {
    // Without a lock, both views are the same, and extending one by bytes that it has gives null.
    file: 'src/attack/wiretap/wiretap.ts',
    was: 'around.lock !== NONE',
    becomes: ['true'],
  },
  {
    // Subtracted instead of added, the number of a server, which is less than how many there are, is as unmistakable.
    file: 'src/security/tls-peers.ts',
    was: 'client * this.directory.servers.length + server',
    becomes: ['client * this.directory.servers.length - server'],
  },
  {
    // As above: work that costs nothing and need not wait is done at once by Processors.run as well.
    file: 'src/security/tls.ts',
    was: '{\n    return costNs === 0 && this.workUntilTick(row) <= this.timeline.now\n  }',
    becomes: ['{}'],
  },
  {
    // The same: no CPU profile has messages of SSH that cost nothing and readers that take time to wake up.
    file: 'src/security/ssh.ts',
    was: '{\n    return costNs === 0 && delayNs === 0 && this.sessions.workUntilTick[session] <= this.timeline.now\n  }',
    becomes: ['{}'],
  },
  {
    // Whether a client's channel with room waits for the window was decided when its data was flushed.
    file: 'src/security/ssh-channel-sender.ts',
    was: '!hasRoom',
    becomes: ['true'],
  },
  {
    // Of a session that has ended, the channels are gone as well, and there is no connection to send on.
    file: 'src/security/ssh-channel-sender.ts',
    was: 'sessions.generation[session] !== generation',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/security/ssh-channel-sender.ts',
    was: 'sessions.generation[session] === generation',
    becomes: ['true'],
  },
  {
    // The same.
    file: 'src/security/ssh-channel-sender.ts',
    was: 'this.sessions.generation[session] === generation',
    becomes: ['true'],
  },
  {
    // The same: a channel that is gone has no user, waits for nothing and has no connection.
    file: 'src/security/ssh-channels.ts',
    was: 'channels.generation[channel] !== generation',
    becomes: ['false'],
  },
  {
    // What sshd forwards has the content of its author, which takes the place of a content of its own.
    file: 'src/security/ssh-channels.ts',
    was: 'false',
    becomes: ['true'],
  },
  {
    // The direction after the last one begins at no host.
    file: 'src/attack/sockets/forwarded-connections.ts',
    was: 'direction < directions.count',
    becomes: ['direction <= directions.count'],
  },
  {
    // Without a stream there is no channel and no target, and the next check finds no path.
    file: 'src/attack/sockets/forwarded-connections.ts',
    was: 'inner === NONE',
    becomes: ['false'],
  },
  {
    // No step lists an undefined path.
    file: 'src/attack/sockets/forwarded-connections.ts',
    was: 'path === undefined',
    becomes: ['false'],
  },
  {
    // A search among few directions finds the same as the table; FEW only decides which of them is asked.
    file: 'src/network/routing.ts',
    was: 'ports.length > FEW || toSwitches[from].length > FEW',
    becomes: ['true', 'false', 'ports.length > FEW && toSwitches[from].length > FEW'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'ports.length > FEW',
    becomes: ['false', 'ports.length >= FEW', 'ports.length <= FEW'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'toSwitches[from].length > FEW',
    becomes: ['false', 'toSwitches[from].length >= FEW', 'toSwitches[from].length <= FEW'],
  },
  {
    // The same; a direction that ends at a host is among those that begin at the other.
    file: 'src/network/routing.ts',
    was: 'arriving.length <= FEW',
    becomes: ['true', 'false', 'arriving.length < FEW', 'arriving.length > FEW'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: '!isAmongFew && toHosts[from].length > FEW',
    becomes: ['true', 'false', '!isAmongFew || toHosts[from].length > FEW'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: '!isAmongFew',
    becomes: ['true', 'isAmongFew'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'toHosts[from].length > FEW',
    becomes: ['true', 'false', 'toHosts[from].length >= FEW', 'toHosts[from].length <= FEW'],
  },
  {
    // The same: the table has the direction to a neighbour too.
    file: 'src/network/routing.ts',
    was: 'near === NONE',
    becomes: ['true'],
  },
  {
    // Which hosts share a table changes no route.
    file: 'src/network/routing.ts',
    was: '[...fromHosts[host], ...fromSwitches[host]].filter((direction) => this.origins[direction] !== host)',
    becomes: ['[...fromHosts[host], ...fromSwitches[host]]'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: '[...fromHosts[host], ...fromSwitches[host]]',
    becomes: ['[]'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: '(direction) => this.origins[direction] !== host',
    becomes: ['() => undefined'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'this.origins[direction] !== host',
    becomes: ['true', 'false', 'this.origins[direction] === host'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'incoming.length !== 1',
    becomes: ['true'],
  },
  {
    // A table that is computed again is the same.
    file: 'src/network/routing.ts',
    was: 'known !== undefined',
    becomes: ['false'],
  },
  {
    // A copy of a table in which nothing changes is the same.
    file: 'src/network/routing.ts',
    was: 'this.staticRoutes.some(isUnderRoute)',
    becomes: ['true'],
  },
  {
    // If they are equal, both results are the same direction.
    file: 'src/network/routing.ts',
    was: 'direction < other',
    becomes: ['direction <= other'],
  },
  {
    // A route that is no loop has fewer links than there are hosts and switches.
    file: 'src/network/routing.ts',
    was: 'hops <= this.vertexCount',
    becomes: ['hops < this.vertexCount'],
  },
  {
    // The same.
    file: 'src/network/translation.ts',
    was: 'hops <= this.routing.vertexCount',
    becomes: ['hops < this.routing.vertexCount'],
  },
  {
    // The place among the routes that are kept: another one only means that others are forgotten.
    file: 'src/network/routing.ts',
    was: 'host * HOST_STRIDE + address',
    becomes: ['host * HOST_STRIDE - address'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'host * HOST_STRIDE',
    becomes: ['host / HOST_STRIDE'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'this.recentPairs - 1',
    becomes: ['this.recentPairs + 1'],
  },
  {
    // A route that is not kept is found again.
    file: 'src/network/routing.ts',
    was: 'recent[at] === host && recent[at + 1] === address',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/network/routing.ts',
    was: 'recent[second] === host && recent[second + 1] === address',
    becomes: ['false'],
  },
  {
    // The least of NONE, which is -1, and any size is NONE.
    file: 'src/network/network.ts',
    was: 'mtuBytes === NONE',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/network/network.ts',
    was: 'endpointMtuBytes === NONE',
    becomes: ['false'],
  },
  {
    // A host that makes packets is no switch, so that no table of neighbours is asked.
    file: 'src/network/network.ts',
    was: 'from !== NONE',
    becomes: ['true'],
  },
  {
    // Only a rule at an exit holds a packet there.
    file: 'src/network/network.ts',
    was: 'exit !== undefined',
    becomes: ['true'],
  },
  {
    // A host that tracks no connection finds none.
    file: 'src/network/translation.ts',
    was: 'this.tracking.isIdle(host)',
    becomes: ['false'],
  },
  {
    // The text is one line, so that `.+` ends where it ends.
    file: 'src/cli/files/checksums.ts',
    was: '/^([0-9a-f]{64}) [ *](.+)$/',
    becomes: ['/^([0-9a-f]{64}) [ *](.+)/'],
  },
  {
    // An option that is undefined is as one that is absent.
    file: 'src/cli/simulation/simulate-task.ts',
    was: 'maxMemoryBytes === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/simulation/simulate-task.ts',
    was: 'maxEvents === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/simulation/simulate-task.ts',
    was: 'describePacket === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/simulation/run-whole.ts',
    was: 'shouldStop === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/simulation/run-whole.ts',
    was: 'onProgress === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/simulation/run-whole.ts',
    was: 'maxMemoryBytes === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/run/run-job.ts',
    was: 'maxMemory === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/run/run-job.ts',
    was: 'maxEvents === undefined',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/cli/commands/replay.ts',
    was: 'packet === undefined',
    becomes: ['false'],
  },
  {
    // The direction after the last one begins at no host.
    file: 'src/attack/agents/arp-spoofing-agent.ts',
    was: 'direction < directions.count',
    becomes: ['direction <= directions.count'],
  },
  {
    // No route has as many hops.
    file: 'src/attack/agents/arp-spoofing-agent.ts',
    was: 'hops < MOST_HOPS',
    becomes: ['hops <= MOST_HOPS'],
  },
  {
    // NONE is never reached: the search returns at the end of a route.
    file: 'src/attack/agents/arp-spoofing-agent.ts',
    was: 'at !== NONE',
    becomes: ['true'],
  },
  {
    // At the end of a route the search repeats the same hop until MOST_HOPS, and finds no more.
    file: 'src/attack/agents/arp-spoofing-agent.ts',
    was: 'direction === NONE || routing.endOf(direction) === at',
    becomes: ['false', 'direction === NONE && routing.endOf(direction) === at'],
  },
  {
    // The same.
    file: 'src/attack/agents/arp-spoofing-agent.ts',
    was: 'direction === NONE',
    becomes: ['false'],
  },
  {
    // The same.
    file: 'src/attack/agents/arp-spoofing-agent.ts',
    was: 'routing.endOf(direction) === at',
    becomes: ['false'],
  },
  {
    // No message ends in a packet without payload.
    file: 'src/attack/agents/injection-agent.ts',
    was: 'packets.payloadBytes[packet] === 0',
    becomes: ['false'],
  },
  {
    // Row NONE of a column is undefined, and no comparison with undefined is true.
    file: 'src/attack/agents/injection-agent.ts',
    was: 'mark !== NONE',
    becomes: ['true'],
  },
  {
    // Content NONE has no author that is an attacker.
    file: 'src/attack/wiretap/arrivals.ts',
    was: 'content === NONE',
    becomes: ['false'],
  },
  {
    // Address NONE belongs to no host, to which no direction leads.
    file: 'src/attack/wiretap/arrivals.ts',
    was: 'address !== NONE',
    becomes: ['true'],
  },
  {
    // The same.
    file: 'src/attack/wiretap/arrivals.ts',
    was: 'known.filter((address) => address !== NONE)',
    becomes: ['known'],
  },
  {
    // A table that begins too small grows, and one that has room needs no rows to be taken.
    file: 'src/attack/state/event-counts.ts',
    was: 'Math.max(1, rows)',
    becomes: ['Math.min(1, rows)'],
  },
  {
    // The same.
    file: 'src/attack/state/event-counts.ts',
    was: 'i < rows',
    becomes: ['false', 'i <= rows', 'i >= rows'],
  },
  {
    // The same.
    file: 'src/attack/forge.ts',
    was: 'Math.max(1, steps)',
    becomes: ['Math.min(1, steps)'],
  },
  {
    // The same.
    file: 'src/attack/forge.ts',
    was: 'step < steps',
    becomes: ['false', 'step <= steps', 'step >= steps'],
  },
  {
    // All fields are set before the first packet is made.
    file: 'src/attack/forge.ts',
    was: `{
    source: NONE,
    sourcePort: 0,
    destination: NONE,
    destinationPort: 0,
    sequenceNumber: 0,
    acknowledgementNumber: 0,
    flags: 0,
    window: 0,
  }`,
    becomes: ['{}'],
  },
  {
    // Only a shorter way: where no leg's server may be anywhere, the search for those finds none.
    file: 'src/attack/leg-index.ts',
    was: 'this.hasAnyServer',
    becomes: ['true'],
  },
  {
    // Sets that lack a single change were tried before.
    file: 'src/study/fix/plan-fix.ts',
    was: 'length < changes.length - 1',
    becomes: ['length <= changes.length - 1'],
  },
  {
    // A change without its only place is none, and whether the rest does without it was tried before.
    file: 'src/study/fix/plan-fix.ts',
    was: 'change.places.length < 2',
    becomes: ['false'],
  },
  {
    // Only a shorter way: without changes, the plans of all simulations are the same.
    file: 'src/study/fix/bench.ts',
    was: 'changes.length === 0',
    becomes: ['false'],
  },
  {
    // Only a shorter way: without changes, the plan is that of the cluster as it is.
    file: 'src/study/fix/bench.ts',
    was: 'set.length === 0',
    becomes: ['false'],
  },
  {
    // No two changes of a set have equal keys.
    file: 'src/study/fix/bench.ts',
    was: 'a < b',
    becomes: ['a <= b'],
  },
  {
    // What is kept for probes that only a set of changes has is never read.
    file: 'src/study/fix/bench.ts',
    was: 'base === null',
    becomes: ['false'],
  },
  {
    // Both directions are tried, one after the other.
    file: 'src/study/fix/unified-diff.ts',
    was: 'at + direction * (i + 1)',
    becomes: ['at - direction * (i + 1)'],
  },
  {
    // A file that was renamed has no temporary file left to remove.
    file: 'src/cli/fix/write-files.ts',
    was: 'staged.slice(done.length)',
    becomes: ['staged'],
  },
  {
    // Undefined is as false as false.
    file: 'src/cli/fix/write-files.ts',
    was: `{
    return false
  }`,
    becomes: ['{}'],
  },
  {
    // libuv lists names in this order already where it asks scandir(3), and no two names are equal.
    file: 'src/disk/read-file-tree.ts',
    was: '(a, b) => (a < b ? -1 : 1)',
    becomes: ['() => undefined'],
  },
  {
    // The same.
    file: 'src/disk/read-file-tree.ts',
    was: 'a < b',
    becomes: ['false', 'a <= b'],
  },
  {
    // The same.
    file: 'src/disk/read-file-tree.ts',
    was: '-1',
    becomes: ['+1'],
  },
  {
    // Only a shorter way: what is read is counted as well.
    file: 'src/disk/read-text.ts',
    was: 'stats.size > limit',
    becomes: ['false'],
  },
  {
    // Without a range both bounds are undefined, and neither is less.
    file: 'src/cli/options/seed-list.ts',
    was: '[0, 0]',
    becomes: ['[]'],
  },
  {
    // An empty text at the end of a file that begins with its head leaves the file as it is.
    file: 'src/cli/sweep/sweep-folder.ts',
    was: "figures !== ''",
    becomes: ['true'],
  },
  {
    // Undefined is refused as null is: neither is a point.
    file: 'src/study/sweep/job-message.ts',
    was: `{
    return null
  }`,
    becomes: ['{}'],
  },
]
