import type { SomePackets } from '../../attack/parameters/common.ts'
import type { MiddleboxBlueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { PodMember } from '../cluster/cluster-members.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

/** The paths that a step attacks, and the hosts and proxies at which their connections may end. */
export interface LegContext {
  readonly paths: readonly PathBlueprint[]
  readonly pods: readonly PodMember[]
  readonly middleboxes: readonly MiddleboxBlueprint[]
}

/** Returns whether a host may be an end of a connection; null stands for any host. */
type Ends = (host: string | null) => boolean

/** The hosts that may be the client, and the server, of some connections. */
interface LegEnds {
  readonly client: Ends
  readonly server: Ends
}

/**
 * Reports a `match` whose hosts send no such packet to each other: no connection of the paths or their tunnels is
 * between them, or this kind of packet goes only in the other direction.
 */
export function checkEnds(ends: SomePackets<string>, place: TreePath, context: LegContext, findings: Findings): void {
  if (context.paths.length === 0) return
  const legs = context.paths.flatMap((path) => legsOf(path, context))
  const { from = null, to = null, kind } = ends
  for (const key of ['from', 'to'] as const) {
    const host = ends[key]
    if (host === undefined || legs.some(({ client, server }) => client(host) || server(host))) continue
    const what = key === 'from' ? `sent by ${host}` : `sent to ${host}`
    findings.contradict([...place, 'match', key], `no packet on these paths is ${what}`, {
      hint: `these paths are between ${describeEnds(context.paths)}`,
    })
    return
  }
  const mayGo = (sender: string | null, receiver: string | null) =>
    legs.some(({ client, server }) => client(sender) && server(receiver))
  const [fromClient, fromServer] = [mayGo(from, to), mayGo(to, from)]
  if (!fromClient && !fromServer) {
    findings.contradict([...place, 'match', 'to'], `no packet on these paths goes from ${from} to ${to}`, {
      hint: 'leave one of `from` and `to` out',
    })
    return
  }
  const isOneWay = kind === 'syn' ? fromClient : kind === 'syn-ack' ? fromServer : true
  if (isOneWay) return
  const [sender, receiver] = kind === 'syn' ? ['client', 'server'] : ['server', 'client']
  const wrong = from === null ? `sent to ${to}` : `sent by ${from}`
  findings.contradict([...place, 'match', 'kind'], `no ${kind} on these paths is ${wrong}`, {
    hint: `a ${sender} sends it to a ${receiver}; use the kind ${kind === 'syn' ? 'syn-ack' : 'syn'}, or swap \`from\` and \`to\``,
  })
}

/**
 * Returns the ends of a path's connections: of its own, of its tunnels, and of connections behind tunnels and proxies.
 */
function legsOf(path: PathBlueprint, { pods, middleboxes }: LegContext): LegEnds[] {
  const { from, to, service, tunnel } = path
  const isServer = service === null ? only(to) : among([to, ...pods.map(({ host }) => host)])
  const direct = tunnel === null ? [{ client: only(from), server: isServer }] : legsOfTunnel(tunnel, from, isServer)
  const proxied = middleboxes.flatMap((box) =>
    box.kind === 'proxy' && direct.some(({ server }) => server(box.before))
      ? [{ client: only(box.on), server: only(box.before) }]
      : [],
  )
  return [...direct, ...proxied]
}

/** A client dials the ends of SSH tunnels. Konnectivity agents dial the server on the client's host. */
function legsOfTunnel({ kind, via }: NonNullable<PathBlueprint['tunnel']>, from: string, server: Ends): LegEnds[] {
  const end = among(via)
  const tunnel = kind === 'ssh' ? { client: only(from), server: end } : { client: end, server: only(from) }
  return [tunnel, { client: end, server }]
}

function only(name: string): Ends {
  return (host) => host === null || host === name
}

function among(names: readonly string[]): Ends {
  return (host) => host === null || names.includes(host)
}

function describeEnds(paths: readonly PathBlueprint[]): string {
  const texts = paths.map(({ from, to, tunnel }) => `${from} and ${to}${tunnel === null ? '' : ' through a tunnel'}`)
  const shown = [...new Set(texts)]
  return shown.length > 3 ? `${shown.slice(0, 3).join(', ')} and ${shown.length - 3} others` : shown.join(', ')
}
