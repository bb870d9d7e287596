import type { VerdictResult } from '../../src/measure/verdict.ts'
import { type RunScenarioOptions, runScenario, type ScenarioRun } from '../../src/testing/index.ts'

/** Ways from and to the apiserver, by the letters of the page on control-plane-node communication. */
export const WAYS = {
  B: '{ kind: kubelet-apiserver, from: node-1, to: master }',
  C: '{ kind: pod-apiserver, from: web-1, to: master }',
  D: '{ kind: apiserver-kubelet, from: master, to: node-1 }',
  G: '{ kind: apiserver-pod, from: master, to: web-1 }',
  H: '{ kind: apiserver-pod, from: master, to: sec-1, scheme: https }',
}

export type Ways = Readonly<Record<string, string>>

interface LabOptions {
  readonly nodes?: number
  /** The workload of each path. */
  readonly traffic?: string
  /** Whether the cluster is of 1.6 as on GKE: kubelets admit any client, and the insecure port is open. */
  readonly old?: boolean
  readonly durationS?: number
}

const USUAL_TRAFFIC = 'connection: per-request, requests: 3, request: 300B, response: 1000B'

const CLUSTERS = {
  new: `
kubernetes: "1.30"
cluster:
  apiserver: { flags: { authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction] } }
  kubelet: { config: { authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: Webhook }, readOnlyPort: 0 } }`,
  old: `
kubernetes: "1.6"
cluster:
  apiserver: { flags: { ssh-user: gke, authorization-mode: [RBAC] } }
  kubelet: { flags: { read-only-port: 10255 } }`,
}

/** A scenario of two nodes across the public network, with three requests with the secret `PATH-secret` on each path. */
export function lab(ways: Ways, attackers: string, options: LabOptions = {}): { readonly text: string } {
  const { nodes = 2, traffic = USUAL_TRAFFIC, old = false, durationS = 60 } = options
  const names = Object.keys(ways)
  return {
    text: `
version: 1
seed: 1
duration: ${durationS}s
${CLUSTERS[old ? 'old' : 'new'].trim()}
  nodes: ${nodes}
  pods: { web: { listens: 8080 }, sec: { listens: 8443, scheme: https } }
  links: { control-to-nodes: public-network }
paths:
${names.map((name) => `  ${name}: ${ways[name]}`).join('\n')}
workloads:
${names.map((name) => `  ${name}-work: { path: ${name}, carries: [${name}-secret], ${traffic} }`).join('\n')}
${attackers === '' ? '' : `attackers:\n${attackers}`}
`,
  }
}

/** An attacker with one technique on all paths, by default on the public link to node-1. */
export function mallory(technique: string, ways: Ways, { on = LINK, vantage = 'inline', more = '', holds = '' } = {}) {
  const paths = Object.keys(ways).join(', ')
  const extra = technique === 'delay' ? ', delay: 20ms' : ''
  const held = holds === '' ? '' : `holds: [${holds}], `
  return `  mallory: { on: ${on}, vantage: ${vantage}, ${held}plan: [{ technique: ${technique}, path: [${paths}]${extra}${more} }] }`
}

const LINK = 'control-node-1'

/** The settings with which the apiserver verifies kubelets' certificates, which the cluster's CA has signed. */
export const CHECKED_KUBELETS = [
  'cluster.apiserver.flags.kubelet-certificate-authority=cluster-ca',
  'cluster.kubelet.config.serverTLSBootstrap=true',
  'cluster.kubelet.server-certificate=issued',
]

export const OPEN_KUBELETS = [
  'cluster.kubelet.config.authentication.anonymous.enabled=true',
  'cluster.kubelet.config.authorization.mode=AlwaysAllow',
]

export function attackedBy(
  technique: string,
  ways: Ways,
  how: Parameters<typeof mallory>[2] & LabOptions & RunScenarioOptions = {},
): ScenarioRun {
  const { seed, set, attack } = how
  const options = Object.entries({ seed, set, attack }).filter(([, value]) => value !== undefined)
  return runScenario(lab(ways, mallory(technique, ways, how), how), Object.fromEntries(options))
}

/** The outcomes by path, such as `D: impersonated, read`. */
export function outcomesOf({ verdicts }: Pick<ScenarioRun, 'verdicts'>): Record<string, string> {
  return Object.fromEntries(verdicts.map(({ path, outcomes }) => [path, outcomes.join(', ')]))
}

/** The verdict of a run with one verdict. */
export function verdictOf({ verdicts }: Pick<ScenarioRun, 'verdicts'>): VerdictResult {
  const [verdict, ...others] = verdicts
  if (verdict === undefined || others.length > 0) throw new Error(`${verdicts.length} verdicts, and not one`)
  return verdict
}

/**
 * Returns the keys of `cluster` for kubelets that ask the API server about each request; 1.6 has no configuration file.
 */
export function webhookKubelets(version: string): string {
  return version === '1.6'
    ? `
  apiserver: { flags: { authorization-mode: [RBAC] } }
  kubelet: { flags: { anonymous-auth: false, authorization-mode: Webhook } }`
    : `
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
  kubelet: { config: { authentication: { anonymous: { enabled: false } }, authorization: { mode: Webhook } } }`
}
