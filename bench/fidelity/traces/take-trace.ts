import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ALWAYS } from '../lab/always.ts'
import { makeNetwork, removeNetwork } from '../lab/namespaces.ts'
import type { Processes } from '../lab/processes.ts'
import { type KernelTrace, type TraceEnd, USUAL_LINK } from './kernel-trace.ts'

const PORT = '8080'
/** The longest pause of the relay; after a longer one it can have forwarded a packet too late. */
const LONGEST_LOOK_AWAY_US = 400
const TRIES = 5

/** Takes a trace until the relay was not paused, and returns its record. */
export async function takeUndisturbed(take: () => Promise<string>): Promise<string> {
  for (let tried = 1; ; tried++) {
    const text = await take()
    const [, us] = /^# the relay looked at least every (\d+) us\n/.exec(text) ?? []
    if (us === undefined) throw new Error('the relay wrote nothing down')
    if (Number(us) <= LONGEST_LOOK_AWAY_US) return text
    if (tried === TRIES) throw new Error(`the relay looked away for ${us} us: this machine is too busy`)
  }
}

/** Runs the description of a trace on the real kernel, and returns the record of the relay. */
export async function tryTrace(trace: KernelTrace, folder: string, processes: Processes): Promise<string> {
  const { link = USUAL_LINK, congestion = 'cubic', server, client, faults = [], settings = {}, lastsMs } = trace
  const record = join(folder, 'record.csv')
  const sysctl = Object.entries(settings).map(([name, value]) => `net.ipv4.tcp_${name}=${value}`)
  try {
    const network = await makeNetwork(
      { ...link, loss: 0, cc: congestion },
      {
        wan: 'relay',
        relay: ['chrt', ...ALWAYS, join(folder, 'relay')],
        relayDoes: [record, ...faults],
        seconds: lastsMs / 1000 + 30,
      },
      processes,
      { ofMaster: { sysctl }, ofNode: { sysctl } },
    )
    const end = (netns: string, what: string, words: readonly string[]) => [
      ...['-f', '50', 'ip', 'netns', 'exec', netns, 'taskset', '-c', '0', join(folder, 'endpoint')],
      ...[what, network.address, PORT, ...words],
    ]
    if (server !== 'refuses') await processes.start('chrt', end(network.node, 'accept', wordsOf(server)))
    processes.launch('chrt', end(network.master, 'dial', wordsOf(client)))
    await sleep(lastsMs + STARTING_MS)
  } finally {
    await processes.stopAll()
    removeNetwork()
  }
  return readFileSync(record, 'utf8')
}

/** The time that a process needs to start. */
const STARTING_MS = 100

function wordsOf({ steps, receiveBuffer, keepalive }: TraceEnd): string[] {
  return [
    'nodelay',
    ...(receiveBuffer === undefined ? [] : [`receive-buffer=${receiveBuffer}`]),
    ...(keepalive === undefined ? [] : [`keepalive=${keepalive.join()}`]),
    ...steps,
  ]
}
