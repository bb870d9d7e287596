import { namesOf } from '../../engine/registry.ts'
import { UNKNOWN_CAUSES } from '../../measure/unknown.ts'
import { acceptSchema } from './accept.ts'
import { attackerSchema } from './attackers.ts'
import { clusterSchema } from './cluster.ts'
import { eventSchema } from './events.ts'
import { firewallSchema } from './firewall.ts'
import { hostSchema } from './hosts.ts'
import { identitySchema } from './identities.ts'
import { kubernetesVersion } from './kubernetes-version.ts'
import { linkSchema } from './links.ts'
import { middleboxSchema } from './middleboxes.ts'
import { pathSchema } from './paths.ts'
import { policySchema } from './policy.ts'
import { count, durationNs, entriesOf, named, reference, section, text } from './scalars.ts'
import { segmentSchema } from './segments.ts'
import { sweepSchema } from './sweep.ts'
import { workloadSchema } from './workloads.ts'
import { z } from './zod.ts'

export const seedSchema = count(
  'The seed from which all random decisions derive. Default: 1.',
  Number.MIN_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER,
  'larger numbers are not exact',
)

/** The most hosts, links and identities. Most of them derive from a cluster. */
export const MOST_ENTRIES = 400_000

/** The schema of scenarios. Their types, checks, JSON Schema and reference page derive from it. */
export const scenarioSchema = section({
  version: z
    .literal(1, 'the only version of the format is 1')
    .meta({ description: 'The version of the scenario format, which is 1.' }),
  name: reference('The name of the scenario in results. Default: the name of the file.').optional(),
  extends: text(
    'The path of a scenario file to extend, relative to this file. Maps are merged; other values of this file replace those of the extended one. Default: none.',
    'base.yaml',
  ).optional(),
  seed: seedSchema.optional(),
  duration: durationNs(
    'The simulated time at which the run ends at the latest. Default: when all workloads and events are done.',
    {
      from: '1ns',
    },
  ).optional(),
  hosts: named(
    'The hosts of the network, by their names. A scenario without `cluster` must have them. Default: none.',
    hostSchema,
    MOST_ENTRIES,
  ).optional(),
  links: named('The links between two hosts, by their names. Default: none.', linkSchema, MOST_ENTRIES).optional(),
  routes: named(
    'The static routes of hosts, such as { HOST: { "10.0.1.0/24": LINK } }, where LINK is a link or segment. The longest matching prefix applies. Default: the route with the fewest links; between equal ones, the first by name.',
    z
      .record(
        z.string(),
        reference('A link or segment of this host.'),
        'expected a map such as { "10.0.1.0/24": LINK }',
      )
      .transform((record) => new Map(Object.entries(record))),
  ).optional(),
  identities: named(
    'Certificates, CAs and tokens, by their names. Those that paths need and the scenario does not declare exist by default. Default: none.',
    identitySchema,
    MOST_ENTRIES,
  ).optional(),
  paths: named(
    'The network paths, by their names. A scenario without `cluster` must have them. Default: none.',
    pathSchema,
  ).optional(),
  workloads: named(
    'The traffic on the paths, by names of workloads. A scenario without `cluster` must have workloads. Default: none.',
    workloadSchema,
  ).optional(),
  events: entriesOf('Changes of the network and the cluster during the run. Default: none.', eventSchema)
    .max(500, 'at most 500 events')
    .optional(),
  expect: entriesOf(
    'Conditions on the result: `latency(W) p50 < 120ms`, `throughput(W) > 80Mbps`, `failed(W) = 0`, `workload(W) digest HEX`, `digest HEX`, `node(N) ready`; of attackers: `never read, modified by A on P`, `verdict(A, P) excludes privilege`, `secret(S) stays secret from A`, `exposure(A, P) < 40%`, `noticed(A, P) security`. W stands for a workload, N for a node, A for an attacker, P for a path, S for a secret. Default: none.',
    text('A condition.', 'failed(NAME) = 0'),
  )
    .max(10_000, 'at most 10000 lines')
    .optional(),
  kubernetes: kubernetesVersion(
    'The version of Kubernetes, "1.6" to "1.37", in quotes. It determines defaults, and features that it does not have are refused. Default: no version, and all features exist; in a cluster, the version of the preset or 1.32.',
  ).optional(),
  segments: named(
    'Network segments, which connect many hosts, by their names. Default: none.',
    segmentSchema,
  ).optional(),
  firewall: firewallSchema.optional(),
  middleboxes: named(
    'NAT gateways, load balancers and proxies before hosts, by their names. Default: none.',
    middleboxSchema,
    1_000,
  ).optional(),
  cluster: clusterSchema.optional(),
  attackers: named('The attackers on the paths, by their names. Default: none.', attackerSchema, 100).optional(),
  policy: policySchema.optional(),
  accept: entriesOf(
    'Known verdicts that are tolerated. They change the exit code of the command line and not the result. Default: none.',
    acceptSchema,
  )
    .max(1_000, 'at most 1000')
    .optional(),
  unknown: z
    .record(z.string(), text('What was found.', 'the kubelets of node-3'))
    .transform((record) => new Map(Object.entries(record)))
    .meta({
      description: `What is not known of an imported cluster, by its cause: ${namesOf(UNKNOWN_CAUSES).join(', ')}. While an entry is here that neither the policy allows nor \`accept\` tolerates, \`onpath check\` cannot pass. Default: nothing.`,
    })
    .optional(),
  sweep: sweepSchema.optional(),
})

/** The sections that a scenario without a cluster requires. A cluster provides them by default. */
export const NEEDED_SECTIONS = ['hosts', 'paths', 'workloads'] as const

/** The sections of a scenario as the schema returns them. */
export type WrittenSections = z.output<typeof scenarioSchema>
type Needed = (typeof NEEDED_SECTIONS)[number]
export type ScenarioSection = Omit<WrittenSections, Needed> & {
  readonly [Key in Needed]: NonNullable<WrittenSections[Key]>
}
