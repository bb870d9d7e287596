import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ALWAYS } from '../lab/always.ts'
import { inside, makeNetwork, removeNetwork } from '../lab/namespaces.ts'
import type { Programs } from '../lab/prepare-stacks.ts'
import type { Processes } from '../lab/processes.ts'
import type { TunnelTrace } from './tunnel-traces.ts'

/** The time to wait for sshd, which does not report when it listens. */
const SSHD_START_MS = 500
const LONGEST_MS = 60_000

/** Measures one transfer through a tunnel, and returns the record of the relay. */
export async function tryTunnel(
  { link, congestion, bytes }: TunnelTrace,
  folder: string,
  { relay, servers, clients, sshd }: Programs,
  processes: Processes,
): Promise<string> {
  const record = join(folder, 'record.csv')
  try {
    const network = await makeNetwork(
      { ...link, loss: 0, cc: congestion },
      { wan: 'relay', relay: ['chrt', ...ALWAYS, relay], relayDoes: [record], seconds: LONGEST_MS / 1000 + 30 },
      processes,
    )
    await processes.start(...inside(network.node, true, servers.go))
    processes.launch(...inside(network.node, true, sshd!))
    await sleep(SSHD_START_MS)
    const client = [...clients.go, network.address, 'ssh+http', `bulk${bytes}`, '1']
    await processes.lines(...inside(network.master, true, client), LONGEST_MS)
  } finally {
    await processes.stopAll()
    removeNetwork()
  }
  return readFileSync(record, 'utf8')
}
