import { COMMON_PRESET } from '../../scenario/presets/common.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { plainOf, scalarAt, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { NOT_MODELLED } from '../../scenario/tree/unmodelled-paths.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import { assumed, type Sourced } from '../origin.ts'
import { entriesAt } from '../tree-values.ts'
import type { BuildContext } from './context.ts'
import { WEB } from './names.ts'
import type { Pool } from './pools.ts'
import { type OpenServers, ofServer, openServers } from './servers.ts'
import type { Plain } from './stanza.ts'

/** The comment of sections that are entirely assumed. */
const TRAFFIC = 'assumed: paths of every kind, and typical traffic on each, so that all are checked'

/** Kinds of requests that reach a kubelet through the apiserver. */
const BY_KUBELET = ['logs', 'exec', 'attach', 'port-forward']
/** Sessions to kubelets, in addition to the logs of presets. They matter most to an attacker. */
const SESSIONS = `
exec: { path: logs, kind: exec, rate: 5/s, for: 20s }
port-forward: { path: logs, kind: port-forward, response: 100KB, requests: 5 }
`

/** Kinds of paths that end at the kubelet itself. Its configuration decides what an attacker gets there. */
const PATH_KINDS_TO_KUBELETS = ['apiserver-kubelet']
/** The kind of path to another port of a node. Its server is assumed, since no file says which programs listen there. */
const PATH_KIND_TO_PORTS = 'apiserver-node'
/** Kinds of paths to a node: to its kubelet or to another port. */
const PATH_KINDS_TO_NODES = [...PATH_KINDS_TO_KUBELETS, PATH_KIND_TO_PORTS]
const PATH_KINDS_TO_PODS = ['apiserver-pod', 'apiserver-service']

/** The destinations that the agents of k3s or RKE2 carry connections to. */
export interface AgentTunnels {
  readonly toKubelets: boolean
  readonly toPods: boolean
}

/**
 * Writes paths of every kind with typical traffic, as in presets. Kubelets with different configurations get separate
 * paths. Other ports of a node do not depend on its kubelet, so one path leads to them on all nodes. Paths that agents
 * of k3s carry are left out.
 */
export function buildTraffic(pools: readonly Pool[], tunnels: AgentTunnels, context: BuildContext): void {
  const preset = parseYamlTree(new SourceText('preset', COMMON_PRESET)).tree!
  const { stanza } = context
  const set = (path: readonly string[], tree: Tree) => stanza.set(path, assumed(plainOf(tree) as Plain, ''))
  const servers = openServers(context)
  stanza.part('paths').heading = TRAFFIC
  for (const [name, tree] of entriesAt(preset, ['paths'])) {
    const kind = String(scalarAt(tree, ['kind']))
    const isToPods = PATH_KINDS_TO_PODS.includes(kind)
    if ((PATH_KINDS_TO_NODES.includes(kind) && tunnels.toKubelets) || (isToPods && tunnels.toPods)) {
      const reason = `the apiserver reaches ${isToPods ? 'pods' : 'kubelets'} through the tunnels of its agents (remotedialer)`
      stanza.set(['paths', name], assumed({ ...(plainOf(tree) as object), [NOT_MODELLED]: reason }, ''))
      continue
    }
    if (kind === PATH_KIND_TO_PORTS) writePortPaths(name, tree, servers, context)
    else if (!PATH_KINDS_TO_KUBELETS.includes(kind) || pools.length === 1) set(['paths', name], tree)
    else
      for (const pool of pools)
        stanza.set(
          ['paths', `${name}-${pool.name}`],
          assumed({ ...(plainOf(tree) as object), to: `${pool.name}/*` }, ''),
        )
  }
  const sessions = parseYamlTree(new SourceText('sessions', SESSIONS)).tree!
  for (const [name, tree] of [...entriesAt(preset, ['workloads']), ...entriesAt(sessions, [])])
    writeWorkload(name, tree, pools, preset, tunnels, context)
  const { onPods } = servers
  for (let i = 1; i <= pools.flatMap(({ nodes }) => nodes).length; i++)
    context.names.set(
      `${WEB}-${i}`,
      onPods === null ? { kind: 'assumed', name: `${WEB}-${i}` } : { kind: 'Server', name: onPods.name },
    )
  writeWeb(onPods, context)
  const service = assumed('web', 'a service, for requests to services')
  stanza.set(['cluster', 'services', 'web', 'pods'], service)
  stanza.set(['cluster', 'services', 'web', 'port'], { ...service, value: 80 })
}

/** Writes the pods that serve applications: as a file shows them, otherwise assumed. */
function writeWeb(server: OpenServers['onPods'], { stanza }: BuildContext): void {
  const set = (key: string, value: Sourced<Plain>) => stanza.set(['cluster', 'pods', WEB, key], value)
  if (server !== null) {
    set('listens', ofServer(server.port, server))
    return
  }
  set('listens', assumed(8080, 'an application, for requests to pods and services'))
  set('assumed', assumed(true, 'no check fails because of what it serves'))
}

/** Writes a path for each port of nodes at which a file shows a server, otherwise one for an assumed server. */
function writePortPaths(name: string, tree: Tree, { onNodes }: OpenServers, { stanza }: BuildContext): void {
  const plain = plainOf(tree) as { readonly [key: string]: Plain }
  if (onNodes.length === 0) stanza.set(['paths', name], assumed({ ...plain, assumed: true }, ''))
  for (const [i, server] of onNodes.entries()) {
    const own = i === 0 ? name : `${name}-${server.port}`
    for (const [key, value] of Object.entries(plain))
      stanza.set(['paths', own, key], key === 'port' ? ofServer(server.port, server) : assumed(value, ''))
  }
}

function writeWorkload(
  name: string,
  tree: Tree,
  pools: readonly Pool[],
  preset: Tree,
  tunnels: AgentTunnels,
  { stanza }: BuildContext,
): void {
  const path = String(scalarAt(tree, ['path']))
  const kindOfPath = String(scalarAt(treeAt(preset, ['paths', path])!, ['kind']))
  if (
    tunnels.toKubelets &&
    (PATH_KINDS_TO_NODES.includes(kindOfPath) || BY_KUBELET.includes(String(scalarAt(tree, ['kind']))))
  )
    return
  if (tunnels.toPods && PATH_KINDS_TO_PODS.includes(kindOfPath)) return
  if (!PATH_KINDS_TO_KUBELETS.includes(kindOfPath) || pools.length === 1) {
    stanza.set(['workloads', name], assumed(plainOf(tree) as Plain, ''))
    return
  }
  for (const pool of pools) {
    const own = { ...(plainOf(tree) as object), path: `${path}-${pool.name}` }
    stanza.set(['workloads', `${name}-${pool.name}`], assumed(own, ''))
  }
}
