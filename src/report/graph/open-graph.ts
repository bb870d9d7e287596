import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import type { CheckResult, Finding, Gain } from '../../measure/check.ts'
import type { RealName } from '../../measure/real-name.ts'
import type { Outcome } from '../../measure/verdict.ts'
import { evidenceText } from '../check/finding-sentence.ts'
import { causeText, gainSentence } from '../check/gain-sentence.ts'
import { scansOf } from '../check/scanner-lines.ts'
import { jsonDocument } from '../json.ts'
import { ALL_PODS, DEFAULT_CLUSTER, type GraphObject, idOf, kindsOf } from './bloodhound-kube.ts'
import { EDGE_OF, type EdgeKindName, NAMESPACE, type NodeKindName } from './graph-kinds.ts'

export interface GraphOptions {
  /** The name of the cluster that was given to the collector. */
  readonly cluster?: string | undefined
  /** The names of nodes, users and groups in the cluster. Others keep their names in the scenario. */
  readonly names: ReadonlyMap<string, RealName>
}

type Property = string | number | boolean | readonly string[]

interface GraphNode {
  readonly id: string
  readonly kinds: readonly string[]
  readonly properties: Readonly<Record<string, Property>>
}

interface GraphEdge {
  readonly kind: EdgeKindName
  readonly start: { readonly match_by: 'id'; readonly value: string }
  readonly end: { readonly match_by: 'id'; readonly value: string }
  readonly properties: Readonly<Record<string, Property>>
}

/**
 * Returns the gains of attackers as OpenGraph of BloodHound: a node for each attacker, and edges to the nodes and pods
 * of the cluster, with the identifiers of Bloodhound-Kube.
 */
export function openGraph(result: CheckResult, options: GraphOptions): string {
  return jsonDocument({ graph: new GraphBuilder(options).build(result) })
}

/** The host of the control plane in every cluster. */
const MASTER = 'master'

class GraphBuilder {
  readonly #cluster: string
  readonly #names: ReadonlyMap<string, RealName>
  readonly #nodes = new Map<string, GraphNode>()
  readonly #edges = new Map<string, GraphEdge>()

  constructor({ cluster = DEFAULT_CLUSTER, names }: GraphOptions) {
    this.#cluster = cluster
    this.#names = names
  }

  build(result: CheckResult): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
    for (const gain of result.gains) this.#addGain(gain, result)
    const byId = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
    return { nodes: byId(this.#nodes), edges: byId(this.#edges) }
  }

  #addGain(gain: Gain, result: CheckResult): void {
    for (const finding of gain.findings)
      for (const outcome of finding.forbidden) {
        const kind = EDGE_OF[outcome]
        if (kind === null) continue
        for (const [start, end] of this.#endsOf(finding, gain, outcome))
          this.#addEdge(kind, start, end, propertiesOf(gain, finding, outcome, result))
      }
  }

  /** Findings that differ only in techniques share an edge, which describes the first and worst of them. */
  #addEdge(kind: EdgeKindName, start: string, end: string, properties: GraphEdge['properties']): void {
    if (start === end) return
    const key = `${start} ${kind} ${end}`
    if (this.#edges.has(key)) return
    const matched = (value: string) => ({ match_by: 'id', value }) as const
    this.#edges.set(key, { kind, start: matched(start), end: matched(end), properties })
  }

  /** Returns the pairs of graph nodes for a finding: who gains what. */
  #endsOf(finding: Finding, gain: Gain, outcome: Outcome): readonly (readonly [start: string, end: string])[] {
    if (gain.who.kind === 'network') {
      const nodes = gain.between.filter((host) => host !== MASTER)
      return nodes.map((node) => [this.#onPath(node, finding), this.#target(node, gain)] as const)
    }
    const start = this.#holder(finding, gain)
    if (outcome === 'privilege')
      return finding.verdict.privileges.flatMap(({ held, on }) =>
        held === true ? [] : [[start, this.#host(on)] as const],
      )
    return finding.victims.map((victim) => [start, this.#target(victim, gain)] as const)
  }

  #onPath(node: string, { verdict }: Finding): string {
    const { intercepts, injects } = VANTAGES[verdict.vantage]
    const verb = intercepts ? 'intercepts' : injects ? 'observes-and-sends' : 'observes'
    const name = this.#realName(node)
    const title = `${verb.replaceAll('-', ' ')} packets between the control plane and ${name}`
    return this.#own('ONP_OnPathAttacker', `${verb}-${name}`, title, { vantage: verdict.vantage, node: name })
  }

  #holder({ on }: Finding, { who }: Gain): string {
    if (who.kind === 'anyone') return this.#own('ONP_Anyone', 'anyone', 'everybody who can reach it', {})
    if (who.kind !== 'identity') return this.#host(on.name)
    const identity = who.identity ?? ''
    const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(identity)
    if (account !== null) return this.#known({ kind: 'BHK_ServiceAccount', namespace: account[1], name: account[2] })
    if (identity.startsWith('system:node:')) return this.#host(identity.slice('system:node:'.length))
    const { kind, name } = this.#names.get(identity) ?? { kind: 'User', name: identity }
    if (kind === 'assumed') return this.#own('ONP_AssumedUser', name, `${name} (assumed)`, {})
    return this.#known({ kind: kind === 'Group' ? 'BHK_Group' : 'BHK_User', name })
  }

  /**
   * Returns the graph node for the end of a path: a node of the cluster, or all pods, because the pods of an import are
   * examples.
   */
  #target(host: string, { traffic }: Gain): string {
    const isToPods = traffic.length > 0 && traffic.every(({ party }) => party === 'pod' || party === 'service')
    return isToPods ? this.#known(ALL_PODS) : this.#host(host)
  }

  #host(name: string): string {
    const real = this.#names.get(name)
    if (name === MASTER) return this.#own('ONP_Apiserver', 'apiserver', 'API server', {})
    if (this.#names.size > 0 && real?.kind !== 'Node') return this.#known(ALL_PODS)
    return this.#known({ kind: 'BHK_Node', name: real?.name ?? name })
  }

  #realName(name: string): string {
    return this.#names.get(name)?.name ?? name
  }

  /** Adds an object of the cluster, as the collector has it. */
  #known(object: GraphObject): string {
    const id = idOf(object, this.#cluster)
    const { name, namespace = '' } = object
    this.#nodes.set(id, { id, kinds: kindsOf(object), properties: { name, namespace, cluster: this.#cluster } })
    return id
  }

  /** Adds a node of an onpath kind. Its identifier has no colons, which BloodHound does not fully support. */
  #own(kind: NodeKindName, name: string, title: string, more: Readonly<Record<string, Property>>): string {
    const id = `onpath-${this.#cluster}-${name}`.replaceAll(/[^\w.-]+/g, '-')
    this.#nodes.set(id, {
      id,
      kinds: [kind, `${NAMESPACE}_Base`],
      properties: { name: title, cluster: this.#cluster, ...more },
    })
    return id
  }
}

function propertiesOf(
  gain: Gain,
  finding: Finding,
  outcome: Outcome,
  { scans, scenario, kubernetes, names }: CheckResult,
): GraphEdge['properties'] {
  const { technique, vantage, evidence, noticed, privileges } = finding.verdict
  const { attack, weaknesses } = USED_TECHNIQUES[technique].references
  const shown = evidence.find(({ shows }) => shows === outcome)
  const at = gain.causes.find((cause) => cause.at !== null)?.at
  const said = scansOf(gain, scans ?? []).map(({ tool, id, benchmark, status }) =>
    [tool, id, ...(benchmark === null ? [] : [benchmark]), status].join(' '),
  )
  const rights = privileges.flatMap(({ held, verb, resource }) => (held === true ? [] : [`${verb} ${resource}`]))
  return {
    description: gainSentence(gain, names),
    causes: gain.causes.map(causeText),
    ...(at == null ? {} : { file: at.file, line: at.line }),
    outcome,
    technique,
    vantage,
    paths: finding.paths,
    ...(outcome === 'privilege' ? { permissions: [...new Set(rights)] } : {}),
    ...(shown === undefined ? {} : { evidence: evidenceText(shown) }),
    noticed,
    attack,
    cwe: weaknesses.map((number) => `CWE-${number}`),
    scanners: [...new Set(said)],
    repeat: finding.reproduce,
    scenario,
    kubernetes: kubernetes ?? '',
  }
}
