import type { NetworkPolicyEvidence, Selector, ServerEvidence } from '../evidence.ts'
import { placeText, type Sourced, written } from '../origin.ts'
import type { BuildContext } from './context.ts'

/** Servers that the files of a cluster show, which serve plain HTTP to everybody who reaches them. */
export interface OpenServers {
  /** One for each port of nodes. */
  readonly onNodes: readonly ServerEvidence[]
  /** One for all ports of pods, since attackers get the same at each; null for none. */
  readonly onPods: ServerEvidence | null
}

/** The most ports of nodes in a scenario. Each one is a path. */
const MAX_PORTS = 4

/** Returns the servers of pods that no NetworkPolicy closes. */
export function openServers(context: BuildContext): OpenServers {
  const { servers } = context.evidence
  const enforcer = enforcerOf(context)
  const open = servers.filter((server) => server.usesHost || enforcer === null || !isClosed(server, context))
  notePolicies(servers, open, enforcer, context)
  const onNodes = distinct(open.filter(({ isOnNode }) => isOnNode))
  const onPods = open.filter(({ isOnNode }) => !isOnNode)
  if (onNodes.length > MAX_PORTS) noteRest(onNodes.slice(MAX_PORTS), context)
  if (onPods.length > 0) noteServers(onPods, context)
  return { onNodes: onNodes.slice(0, MAX_PORTS), onPods: onPods[0] ?? null }
}

function distinct(servers: readonly ServerEvidence[]): readonly ServerEvidence[] {
  return servers.filter((server, i) => servers.findIndex(({ port }) => port === server.port) === i)
}

function isClosed(server: ServerEvidence, { evidence }: BuildContext): boolean {
  const own = evidence.networkPolicies.filter(
    ({ namespace, selector }) => namespace === server.namespace && selects(selector, server.labels),
  )
  return own.length > 0 && !own.some((policy) => admits(policy, server))
}

/** Returns whether a policy admits everybody to a port. Policies add up: one that admits is enough. */
function admits({ open }: NetworkPolicyEvidence, { port, portName }: ServerEvidence): boolean {
  return open.some(
    (ports) =>
      ports.length === 0 ||
      ports.some(({ port: first, end }) =>
        first === null || first === portName ? true : port >= Number(first) && port <= (end ?? Number(first)),
      ),
  )
}

/** Returns whether a selector selects pods with these labels (k/k apimachinery pkg/labels/selector.go, Matches). */
function selects({ labels, expressions }: Selector, own: ReadonlyMap<string, string>): boolean {
  const isLabelled = [...labels].every(([key, value]) => own.get(key) === value)
  return (
    isLabelled &&
    expressions.every(({ key, operator, values }) => {
      const value = own.get(key)
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      const isIn = value !== undefined && values.includes(value)
      return operator === 'NotIn' ? !isIn : isIn
    })
  )
}

/** Returns the network plugin that enforces NetworkPolicies; null if none is known to. */
function enforcerOf({ evidence, profile, distribution }: BuildContext): Sourced<string> | null {
  const known = evidence.networkPlugins.find(({ enforcesPolicies }) => enforcesPolicies)
  if (known !== undefined) return known
  return evidence.networkPlugins.length === 0 && distribution !== null && profile.enforcesPolicies !== undefined
    ? { value: profile.enforcesPolicies, origin: distribution.origin }
    : null
}

function notePolicies(
  servers: readonly ServerEvidence[],
  open: readonly ServerEvidence[],
  enforcer: Sourced<string> | null,
  context: BuildContext,
): void {
  const { networkPolicies, networkPlugins } = context.evidence
  const [first] = networkPolicies
  if (first === undefined) return
  const count = `${networkPolicies.length} ${networkPolicies.length === 1 ? 'NetworkPolicy' : 'NetworkPolicies'}`
  if (enforcer !== null) {
    const closed = servers.length - open.length
    context.note({
      kind: 'used',
      at: first.at,
      message: `${count}, which ${enforcer.value} enforces; ${closed === 0 ? 'no port that a file shows is closed' : `${closed} ${closed === 1 ? 'port is' : 'ports are'} closed`} to other pods`,
    })
    return
  }
  const [plugin] = networkPlugins
  context.note({
    kind: plugin === undefined ? 'unknown' : 'contradiction',
    at: first.at,
    message:
      plugin === undefined
        ? `whether a network plugin enforces ${count}; none is taken to`
        : `${count}, and ${plugin.value} does not enforce them${plugin.origin.kind === 'written' ? ` (${placeText(plugin.origin.at)})` : ''}`,
    consequence:
      plugin === undefined
        ? 'add `kubectl get daemonsets -A -o yaml`, which shows the network plugin: flannel alone, for example, enforces none'
        : 'every pod reaches every port of others',
  })
}

function noteServers(servers: readonly ServerEvidence[], context: BuildContext): void {
  const names = [...new Set(servers.map(({ name, port }) => `${name}:${port}`))]
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  context.note({
    kind: 'used',
    at: servers[0].at,
    message: `pods that serve plain HTTP to others: ${names.slice(0, 3).join(', ')}${more}`,
    consequence: 'the pod `web` of the scenario stands for them, since an attacker gets the same from each',
  })
}

function noteRest(servers: readonly ServerEvidence[], context: BuildContext): void {
  context.note({
    kind: 'unmodelled',
    at: servers[0].at,
    message: `${servers.length} more ports of nodes that serve plain HTTP: ${servers.map(({ name, port }) => `${name}:${port}`).join(', ')}`,
    consequence: `a scenario has ${MAX_PORTS} of them: what holds for those holds for these`,
  })
}

/** Returns a value that a server's declaration gives. */
export function ofServer<Value>(value: Value, { at, name }: ServerEvidence): Sourced<Value> {
  return written(value, at, name)
}
