import { pageAddress } from '../page-address.ts'
import { wrap } from './wrap.ts'

/** The choices from which a new scenario is made. */
export interface NewScenario {
  /** The preset of a cluster, or LINK. */
  readonly preset: string
  /** The meaning of this set-up. */
  readonly meaning: string
  /** The link profile between control plane and nodes, or between the two hosts. */
  readonly network: string
  readonly policy: string
}

/** The choice of two hosts and a link in place of a cluster. */
export const LINK = 'link'
export const LINK_MEANING = 'Two hosts and a link between them, without Kubernetes.'

/** Returns the text of a scenario, with comments about possible changes. */
export function newScenario(choices: NewScenario, file: string, name: string): string {
  const body = choices.preset === LINK ? linkText(choices) : clusterText(choices)
  return `# What this set-up costs, and what an attacker gets in it:
#   npx onpath run ${file}              figures of every path
#   npx onpath matrix ${file} --worst   what attackers get, at a glance
#   npx onpath check ${file}            the gate for CI: exits with 4 when the policy is broken
# All keys: ${pageAddress('docs/reference/scenario.md')}
version: 1
name: ${name}
seed: 1                             # the same seed gives the same result on every machine

${body}
# What no attacker may get. \`npx onpath list policies\` shows the others.
policy: [${choices.policy}]

# What is known and tolerated, with a reason and the last day:
# accept:
#   - { verdict: "read by passive eavesdrop on PATH", reason: "internal only", until: 2030-01-31 }
`
}

function clusterText({ preset, meaning, network }: NewScenario): string {
  return `# A whole cluster: control plane, nodes, pods, and all paths between them with workloads.
# The set-up is ${preset}:
${commentOf(meaning)}# \`npx onpath run FILE --print-config\` prints everything that this stands for.
cluster:
  preset: ${preset}
  links:
    control-to-nodes: ${network}    # \`npx onpath list links\` shows the others
  # nodes: 3
  # apiserver: { flags: { kubelet-certificate-authority: cluster-ca } }

# What must hold for the workloads of the cluster:
expect:
  - failed(pod-get) = 0
`
}

/** Returns a text as lines of a comment. */
function commentOf(text: string): string {
  return wrap(text, 0, 78).replaceAll(/^/gm, '# ').replace(/# $/, '')
}

function linkText({ network }: NewScenario): string {
  return `hosts:
  client: {}                        # an address, two cores and a Linux TCP stack come by themselves
  server: {}

links:
  wan:
    between: [client, server]
    profile: ${network}             # single keys override it: delay (one way), rate, jitter, loss
    # loss: 0.1%

paths:
  web: { from: client, to: server, tls: { version: 1.3 } }    # without tls it is plain HTTP

workloads:
  visits: { path: web, connection: per-request, requests: 100, response: 10KB }

# What must hold:
expect:
  - failed(visits) = 0
  - latency(visits) p50 < 1s
`
}
