import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { GridCell } from './grid.ts'
import { type Processes, runChecked } from './processes.ts'

const MASTER_ADDRESS = '10.77.0.1'
const NODE_ADDRESS = '10.77.0.2'
const PREFIX = 'onpath-lab'

const UNCHANGED = { ofMaster: {}, ofNode: {} }

/** The kernel settings of the test bed of the committed file, which replace the defaults of this machine. */
const SETTINGS = [
  'net.ipv4.tcp_no_metrics_save=1',
  'net.ipv4.tcp_rmem=4096 131072 33554432',
  'net.ipv4.tcp_wmem=4096 16384 4194304',
] as const

/** The settings of one namespace: `sysctl` values, and words of its route to the other namespace. */
export interface NamespaceSettings {
  readonly sysctl?: readonly string[]
  readonly route?: readonly string[]
}

/** Two namespaces and the link between them. */
export interface Network {
  readonly master: string
  readonly node: string
  /** The address at which the client finds the server. */
  readonly address: string
}

type Conditions = Pick<GridCell, 'rateMbps' | 'onewayUs' | 'queuePackets' | 'loss' | 'cc'>

interface HowToMake {
  readonly wan: 'relay' | 'netem'
  /** The command that starts the relay. */
  readonly relay: readonly string[]
  /** Further arguments of the relay (see relay.c). */
  readonly relayDoes?: readonly string[]
  readonly seconds: number
}

/**
 * Makes the network of a cell; loopback needs only one namespace. Routes select the congestion control, since a
 * namespace only accepts those that the whole machine allows.
 */
export async function makeNetwork(
  { rateMbps, onewayUs, queuePackets, loss, cc }: Conditions,
  how: HowToMake,
  processes: Processes,
  { ofMaster, ofNode }: { readonly ofMaster: NamespaceSettings; readonly ofNode: NamespaceSettings } = UNCHANGED,
): Promise<Network> {
  const [master, node] = [`${PREFIX}-${process.pid}-a`, `${PREFIX}-${process.pid}-b`]
  for (const netns of rateMbps === 0 ? [master] : [master, node]) {
    runChecked('ip', ['netns', 'add', netns])
    runChecked('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
    const { sysctl = [] } = netns === master ? ofMaster : ofNode
    for (const setting of [...SETTINGS, ...sysctl])
      runChecked('ip', ['netns', 'exec', netns, 'sysctl', '-q', '-w', setting])
  }
  if (rateMbps === 0) {
    const route = ['route', 'replace', 'local', '127.0.0.1', 'dev', 'lo', 'table', 'local', 'congctl', cc]
    runChecked('ip', ['-n', master, ...route])
    return { master, node: master, address: '127.0.0.1' }
  }
  if (how.wan === 'relay') {
    const figures = [onewayUs, rateMbps, queuePackets, loss, 1, how.seconds].map(String)
    const [command, ...words] = how.relay
    await processes.start(command, [...words, master, node, ...figures, ...(how.relayDoes ?? [])])
  } else joinByNetem(master, node, { rateMbps, onewayUs, queuePackets, loss })
  const ends = [
    [master, MASTER_ADDRESS, NODE_ADDRESS, ofMaster],
    [node, NODE_ADDRESS, MASTER_ADDRESS, ofNode],
  ] as const
  for (const [netns, own, other, { route = [] }] of ends) {
    const peer = how.wan === 'relay' ? [own, 'peer', other] : [`${own}/24`]
    runChecked('ip', ['-n', netns, 'address', 'add', ...peer, 'dev', 'wan'])
    runChecked('ip', ['-n', netns, 'link', 'set', 'wan', 'mtu', '1500', 'up'])
    runChecked('ip', ['-n', netns, 'route', 'replace', other, 'dev', 'wan', 'src', own, 'congctl', cc, ...route])
  }
  return { master, node, address: NODE_ADDRESS }
}

/**
 * Connects the namespaces by netem. Its limit covers both queued packets and packets in flight, and its rate counts the
 * Ethernet header by default. Segments must not be larger than packets.
 */
function joinByNetem(
  master: string,
  node: string,
  { rateMbps, onewayUs, queuePackets, loss }: Pick<GridCell, 'rateMbps' | 'onewayUs' | 'queuePackets' | 'loss'>,
): void {
  runChecked('ip', ['link', 'add', 'wan', 'netns', master, 'type', 'veth', 'peer', 'name', 'wan', 'netns', node])
  const limit = queuePackets + Math.ceil((rateMbps * onewayUs) / 8 / 1500)
  for (const netns of [master, node]) {
    runChecked('ip', ['-n', netns, 'link', 'set', 'wan', 'gso_max_segs', '1'])
    const figures = ['delay', `${onewayUs}us`, 'loss', `${loss * 100}%`, 'rate', `${rateMbps}mbit`, '-14']
    const qdisc = ['qdisc', 'add', 'dev', 'wan', 'root', 'netem', 'limit', `${limit}`, ...figures]
    runChecked('tc', ['-n', netns, ...qdisc])
  }
}

export function removeNetwork(): void {
  removeNamespaces((pid) => pid === process.pid)
}

/** Removes networks that killed labs left behind. */
export function removeLeftNetworks(): void {
  removeNamespaces((pid) => !existsSync(`/proc/${pid}`))
}

function removeNamespaces(isWanted: (pid: number) => boolean): void {
  if (!existsSync('/run/netns')) return
  for (const name of readdirSync('/run/netns')) {
    const [, pid] = /^onpath-lab-(\d+)-[ab]$/.exec(name) ?? []
    if (pid === undefined || !isWanted(Number(pid))) continue
    endAllIn(name)
    runChecked('ip', ['netns', 'delete', name])
  }
}

/**
 * Ends all processes in a namespace. Sessions of sshd outlive it, and would wait for a network that does not exist any
 * more.
 */
function endAllIn(netns: string): void {
  for (const pid of runChecked('ip', ['netns', 'pids', netns]).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

/**
 * Returns the command that runs another one in a namespace, on the core that the relay leaves free, and before other
 * processes (round robin, so that both ends progress).
 */
export function inside(netns: string, isPinned: boolean, words: readonly string[]): [string, string[]] {
  const pinned = isPinned ? ['taskset', '-c', '0', ...words] : words
  return ['chrt', ['--rr', '1', 'ip', 'netns', 'exec', netns, ...pinned]]
}

/** Returns the median of 41 round-trip times, in ms. */
export async function measureRoundTrip({ master, address }: Network, processes: Processes): Promise<number> {
  const [command, words] = inside(master, availableParallelism() > 1, [
    'ping',
    '-n',
    '-c',
    '41',
    '-i',
    '0.05',
    '-W',
    '5',
    address,
  ])
  const lines = await processes.lines(command, words, 60_000)
  const times = lines.flatMap((line) => {
    const [, time] = /time=([\d.]+) ms/.exec(line) ?? []
    return time === undefined ? [] : [Number(time)]
  })
  if (times.length === 0) throw new Error('no ping came back')
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
}
